"""Workbooks that somebody made to hurt: each is a builder of bytes, most of them small."""

import io
import zipfile
from collections.abc import Callable
from random import Random

from tests.spreadsheets.sheets import sheet_xml, with_sheet_xml, xlsx

HOSTILE: dict[str, Callable[[], bytes]] = {}
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def hostile(make: Callable[[], bytes]) -> Callable[[], bytes]:
    HOSTILE[make.__name__] = make
    return make


def noise(length: int, letters: str = "0123456789abcdef") -> str:
    """Text that packs badly, so that it is not refused for how well it packs."""
    dice = Random(length)  # noqa: S311 - repeatable
    return "".join(dice.choices(letters, k=length))


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def changed(name: str, old: bytes, new: bytes, **renamed: bytes) -> bytes:
    parts = parts_of(xlsx(["a"], [["b"]]))
    assert old in parts[name], (name, parts[name][:400])
    parts[name] = parts[name].replace(old, new)
    return packed(parts | renamed)


# --- Parts that are not what they are called -----------------------------------------------------------------


def renamed_strings(count: int, text: str, name: str = "xl/sharedStrings.data") -> bytes:
    parts = parts_of(xlsx(["a"], [["b"]]))
    strings = b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    strings += f"<si><t>{text}</t></si>".encode() * count + b"</sst>"
    parts[name] = strings
    place = f"/{name}".encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="' + place + f'" ContentType="{_TYPES}sharedStrings+xml"/></Types>'.encode(),
    )
    return packed(parts)


@hostile
def strings_under_another_ending() -> bytes:
    return renamed_strings(3_000_000, "")


@hostile
def strings_in_a_folder_of_pictures() -> bytes:
    return renamed_strings(2_000_000, "", "xl/media/image1.png")


@hostile
def sheet_under_another_ending() -> bytes:
    parts = parts_of(xlsx(["a"], [["b"]]))
    parts["xl/worksheets/sheet1.data"] = sheet_xml("<row>" + "<c/>" * 2_000_000 + "</row>")
    del parts["xl/worksheets/sheet1.xml"]
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = parts[name].replace(b"sheet1.xml", b"sheet1.data")
    return packed(parts)


@hostile
def sheet_by_relationship_elsewhere() -> bytes:
    far = sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    parts = parts_of(xlsx(["a"], [["b"]])) | {"docProps/far.xml": far}
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = parts[name].replace(b"xl/worksheets/sheet1.xml", b"docProps/far.xml")
    return packed(parts)


@hostile
def type_for_a_whole_ending() -> bytes:
    return changed(
        "[Content_Types].xml",
        b"<Override ",
        f'<Default Extension="jpeg" ContentType="{_TYPES}sharedStrings+xml"/><Override '.encode(),
    )


@hostile
def a_part_that_no_office_writes() -> bytes:
    return packed(parts_of(xlsx(["a"], [["b"]])) | {"xl/evil.exe": b"MZ"})


@hostile
def a_path_out_of_the_archive() -> bytes:
    return packed(parts_of(xlsx(["a"], [["b"]])) | {"../../etc/passwd.xml": b"<a/>"})


@hostile
def macros_by_type_alone() -> bytes:
    return changed(
        "[Content_Types].xml",
        f"{_TYPES}sheet.main+xml".encode(),
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )


# --- Tokens that cost quadratic time -------------------------------------------------------------------------


@hostile
def one_long_attribute_of_a_cell() -> bytes:
    return with_sheet_xml(sheet_xml(f'<row r="1"><c r="A1" s="{noise(300_000)}"><v>1</v></c></row>'))


@hostile
def one_long_attribute_full_of_brackets() -> bytes:
    return with_sheet_xml(sheet_xml(f'<row r="1" spans="{noise(300_000, ">0123456789")}"/>'))


@hostile
def one_long_attribute_of_the_styles() -> bytes:
    return changed("xl/styles.xml", b"<fonts", b'<fonts x="' + b"0" * 1_900_000 + b'"')


@hostile
def one_long_attribute_of_the_theme() -> bytes:
    parts = parts_of(xlsx(["a"], [["b"]]))
    parts["xl/theme/theme1.xml"] = f'<a b="{noise(300_000)}"/>'.encode()
    return packed(parts)


@hostile
def many_attributes_of_one_cell() -> bytes:
    attributes = " ".join(f'a{n}=">{noise(60)}"' for n in range(5_000))
    return with_sheet_xml(sheet_xml(f'<row r="1"><c r="A1" {attributes}/></row>'))


@hostile
def one_long_comment() -> bytes:
    return with_sheet_xml(sheet_xml(f"<!--{noise(300_000)}-->{ONE_CELL}"))


@hostile
def one_long_instruction() -> bytes:
    return with_sheet_xml(sheet_xml(f"<?pi {noise(300_000)}?>{ONE_CELL}"))


@hostile
def one_long_name() -> bytes:
    return with_sheet_xml(sheet_xml(f"<n{noise(300_000)}/>{ONE_CELL}"))


# --- Doctypes, encodings -------------------------------------------------------------------------------------


@hostile
def entities_that_grow() -> bytes:
    return with_sheet_xml(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        b"<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
    )


@hostile
def an_entity_from_a_file() -> bytes:
    return with_sheet_xml(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<worksheet><sheetData><row><c t='str'><v>&a;</v></c></row></sheetData></worksheet>"
    )


@hostile
def a_doctype_in_the_styles() -> bytes:
    return packed(parts_of(xlsx(["a"], [])) | {"xl/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})


@hostile
def another_encoding() -> bytes:
    text = sheet_xml(ONE_CELL).decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"')
    return with_sheet_xml(text.encode("utf-16"))


@hostile
def an_encoding_of_seven_bits() -> bytes:
    text = sheet_xml(ONE_CELL).decode().replace('version="1.0"', 'version="1.0" encoding="utf-7"')
    return with_sheet_xml(text.encode())


# --- Too much ------------------------------------------------------------------------------------------------


@hostile
def a_cell_in_the_last_row() -> bytes:
    return with_sheet_xml(sheet_xml('<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'))


@hostile
def a_cell_in_the_last_column() -> bytes:
    return with_sheet_xml(sheet_xml('<row r="1"><c r="XFD1" t="n"><v>1</v></c></row>'))


@hostile
def a_row_far_below() -> bytes:
    return with_sheet_xml(sheet_xml(f'{ONE_CELL}<row r="1048576"/>'))


@hostile
def twenty_thousand_cells_in_a_row() -> bytes:
    return with_sheet_xml(sheet_xml("<row>" + "<c/>" * 20_000 + "</row>"))


@hostile
def fifty_megabytes_in_one_cell() -> bytes:
    return with_sheet_xml(
        sheet_xml("<row r='1'><c r='A1' t='inlineStr'><is><t>" + "0" * 50_000_000 + "</t></is></c></row>")
    )


@hostile
def a_hundred_thousand_rows() -> bytes:
    return with_sheet_xml(
        sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100_001)))
    )


@hostile
def sixty_thousand_merged_ranges() -> bytes:
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 60_001))
    return with_sheet_xml(sheet_xml(ONE_CELL, f"<mergeCells>{merges}</mergeCells>"))


@hostile
def four_hundred_thousand_strings() -> bytes:
    strings = f"<sst><si><t>{noise(60_000)}</t></si>{'<si><t/></si>' * 400_000}</sst>".encode()
    return with_sheet_xml(sheet_xml(ONE_CELL), {"xl/sharedStrings.xml": strings})


@hostile
def one_text_in_every_cell() -> bytes:
    """A text of 4,000 letters that 100,000 cells refer to."""
    parts = parts_of(renamed_strings(1, "x" * 4_000, "xl/sharedStrings.xml"))
    row = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(f"<!--{noise(9_000)}-->" + row * 2_000)
    return packed(parts)


@hostile
def cells_in_many_sheets() -> bytes:
    """Each sheet alone is small enough."""
    parts = parts_of(xlsx(["a"], [["b"]]))
    row = "<row>" + "<c><v>1</v></c>" * 50 + "</row>"
    for number in range(2, 12):
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet_xml(f"<!--{noise(9_000)}-->" + row * 1_000)
    return packed(parts)


@hostile
def a_thousand_parts() -> bytes:
    return packed(
        parts_of(xlsx(["a"], [["b"]])) | {f"xl/worksheets/sheet{n}.xml": b"<a/>" for n in range(2, 1_000)}
    )


@hostile
def a_million_formats() -> bytes:
    formats = f"<styleSheet><!--{noise(15_000)}--><cellXfs>{'<xf/>' * 350_000}</cellXfs></styleSheet>"
    return packed(parts_of(xlsx(["a"], [["b"]])) | {"xl/styles.xml": formats.encode()})


@hostile
def elements_in_elements() -> bytes:
    return with_sheet_xml(sheet_xml(f"<!--{noise(9_000)}-->" + "<row>" * 90_000 + "</row>" * 90_000))


@hostile
def widths_of_a_billion_columns() -> bytes:
    return with_sheet_xml(
        sheet_xml(
            ONE_CELL, f"<cols><!--{noise(9_000)}-->" + '<col min="1" max="999999999" hidden="1"/>' * 40_000
        )
    )


# --- Archives that lie ---------------------------------------------------------------------------------------


@hostile
def a_size_that_is_not_true() -> bytes:
    content = bytearray(with_sheet_xml(sheet_xml("<!-- -->" * 200_000 + ONE_CELL)))
    place = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    return bytes(content)


@hostile
def cut_in_half() -> bytes:
    content = xlsx(["a"], [["b"]] * 500)
    return content[: len(content) // 2]


@hostile
def a_wrong_checksum() -> bytes:
    content = bytearray(packed(parts_of(xlsx(["a"], [["b"]])), zipfile.ZIP_STORED))
    place = content.find(b"<sheetData>")
    content[place + 1] ^= 1
    return bytes(content)


@hostile
def marked_as_encrypted() -> bytes:
    content = bytearray(xlsx(["a"], [["b"]]))
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


@hostile
def packed_in_another_way() -> bytes:
    return packed(parts_of(xlsx(["a"], [["b"]])), zipfile.ZIP_LZMA)


@hostile
def no_workbook() -> bytes:
    return packed({"catatan.txt": b"bukan lembar"})


@hostile
def an_archive_without_anything() -> bytes:
    return b"PK\x03\x04" + packed({})


@hostile
def the_same_part_over_and_over() -> bytes:
    """Many entries of the directory that point to the same data, which a reader would unpack each time."""
    content = bytearray(
        packed(parts_of(xlsx(["a"], [["b"]])) | {"xl/worksheets/sheet2.xml": b"<a/>" * 200_000})
    )
    start, end = content.rfind(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    entry, tail = content[start:end], content[end:]
    name = entry.find(b"sheet2.xml")
    more = bytearray()
    for number in range(3, 100):
        other = bytearray(entry)
        other[name : name + 10] = f"sheet{number:02d}xml".encode()
        more += other
    total = int.from_bytes(tail[10:12], "little") + 97
    tail[8:12] = total.to_bytes(2, "little") * 2
    tail[12:16] = (int.from_bytes(tail[12:16], "little") + len(more)).to_bytes(4, "little")
    return bytes(content[:end] + more + tail)
