// In a large table of links Tab stops once, and the arrow keys, Home and End move about.
(function () {
  "use strict";
  var steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function linkOf(cell) { return cell ? cell.querySelector("a") : null; }

  function rest(table, chosen) {
    table.querySelectorAll("a").forEach(function (link) { link.tabIndex = link === chosen ? 0 : -1; });
  }

  function along(cell, step) {
    var next = cell;
    do { next = step < 0 ? next.previousElementSibling : next.nextElementSibling; } while (next && !linkOf(next));
    return linkOf(next);
  }

  function across(cell, step) {
    var rows = cell.closest("table").rows;
    for (var at = cell.parentNode.rowIndex + step; rows[at]; at += step) {
      var link = linkOf(rows[at].cells[cell.cellIndex]);
      if (link) { return link; }
    }
    return null;
  }

  function target(cell, key) {
    var own = cell.parentNode.querySelectorAll("a");
    if (key === "Home") { return own[0]; }
    if (key === "End") { return own[own.length - 1]; }
    return steps[key][0] ? across(cell, steps[key][0]) : along(cell, steps[key][1]);
  }

  document.querySelectorAll("[data-grid]").forEach(function (table) {
    rest(table, table.querySelector("tbody a"));
    if (table.dataset.grid === "newest-last") { table.parentNode.scrollLeft = table.scrollWidth; }
    table.addEventListener("keydown", function (event) {
      var cell = event.target.closest("td, th");
      if (!cell || event.ctrlKey || event.metaKey || event.altKey) { return; }
      if (!(event.key in steps) && event.key !== "Home" && event.key !== "End") { return; }
      event.preventDefault();
      var link = target(cell, event.key);
      if (link) { link.focus(); }
    });
    table.addEventListener("focusin", function (event) {
      var link = event.target.closest("a");
      if (link) { rest(table, link); }
    });
  });
})();
