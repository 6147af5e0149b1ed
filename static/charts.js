// Draws the charts of a page. Each <div data-chart="id"> has its specification, as data, in the script element of
// that id; the table beside it says the same without this file. The interpreter of Vega expressions is used, so the
// content security policy may refuse eval.
(function () {
  "use strict";

  const common = JSON.parse(document.getElementById("chart-themes").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();

  // Names take much of a phone's width, so they get shorter lines, and the legend beside them one column.
  function narrow(spec) {
    const axis = spec.encoding && spec.encoding.y && spec.encoding.y.axis;
    const named = axis && axis.labelLimit;
    spec.config.legend.columns = named ? 1 : 2;
    if (!named) return;
    axis.labelLimit = 110;
    axis.labelExpr = axis.labelExpr.replace("1,24", "1,17");
  }

  function draw(place) {
    const data = document.getElementById(place.dataset.chart);
    if (!data) return;
    const spec = JSON.parse(data.textContent);
    spec.config = structuredClone(common.themes[dark.matches ? "dark" : "light"]);
    if (place.clientWidth < 480) narrow(spec);
    if (drawn.has(place)) drawn.get(place).finalize();
    window.vegaEmbed(place, spec, {
      actions: false,
      ast: true,
      logLevel: window.vega.Error,
      renderer: "svg",
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
      formatLocale: common.formatLocale,
      timeFormatLocale: common.timeFormatLocale
    }).then(function (result) { drawn.set(place, result); });
  }

  function drawAll() { document.querySelectorAll("[data-chart]").forEach(draw); }

  if (window.vegaEmbed) {
    drawAll();
    dark.addEventListener("change", drawAll);
  }
})();
