"""The report of an edition, as PDF and workbook."""
