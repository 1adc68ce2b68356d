// Asks how far the background is, and shows the next page when it is done.
(function () {
  "use strict";
  var WAIT = 2000;
  var box = document.querySelector("[data-watch]");
  if (!box) { return; }
  var rows = box.querySelector("[data-watch-rows]");
  var bar = box.querySelector("progress");
  function ask() {
    fetch(window.location.href, { headers: { "X-Background": "1" }, credentials: "same-origin" })
      .then(function (response) { return response.ok ? response.json() : null; })
      .then(function (said) {
        if (!said) { return; }
        if (!said.busy) { window.location.reload(); return; }
        box.querySelector("[data-watch-state]").textContent = said.state;
        if (rows) { rows.textContent = said.rows; }
        if (bar) { bar.value = said.rows; }
        setTimeout(ask, WAIT);
      })
      .catch(function () { setTimeout(ask, WAIT); });
  }
  setTimeout(ask, WAIT);
})();
