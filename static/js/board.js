// The overview renews itself in place: what did not change is not touched, so that focus, open
// details and the place on the page stay. Nothing is announced.
(function () {
  "use strict";
  var board = document.querySelector("[data-board]");
  if (!board) { return; }

  // What tells one child from its neighbours: its id, or where it leads.
  function key(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) { return node.nodeName; }
    return node.nodeName + (node.id || node.getAttribute("href") || "");
  }

  function syncAttributes(old, fresh) {
    Array.prototype.slice.call(old.attributes).forEach(function (each) {
      if (each.name !== "open" && !fresh.hasAttribute(each.name)) { old.removeAttribute(each.name); }
    });
    Array.prototype.forEach.call(fresh.attributes, function (each) {
      if (old.getAttribute(each.name) !== each.value) { old.setAttribute(each.name, each.value); }
    });
  }

  function sync(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) { old.nodeValue = fresh.nodeValue; }
      return;
    }
    syncAttributes(old, fresh);
    var next = old.firstChild;
    Array.prototype.slice.call(fresh.childNodes).forEach(function (child) {
      var twin = next;
      while (twin && key(twin) !== key(child)) { twin = twin.nextSibling; }
      if (!twin) { old.insertBefore(child, next); return; }
      while (next !== twin) {
        var gone = next;
        next = next.nextSibling;
        old.removeChild(gone);
      }
      sync(twin, child);
      next = twin.nextSibling;
    });
    while (next) {
      var rest = next;
      next = next.nextSibling;
      old.removeChild(rest);
    }
  }

  function fault(words) { board.querySelector("[data-board-fault]").textContent = words; }

  board.addEventListener("htmx:beforeRequest", function (event) {
    if (document.hidden) { event.preventDefault(); }
  });
  board.addEventListener("htmx:afterRequest", function (event) {
    var answer = event.detail.xhr;
    if (answer.status === 401 || answer.status === 403) { fault(" · 登录已过期，数字不再更新，请刷新页面"); return; }
    var page = new DOMParser().parseFromString(answer.responseText || "", "text/html");
    var fresh = answer.status === 200 && page.querySelector("[data-board]");
    if (fresh) { sync(board, document.importNode(fresh, true)); } else { fault(" · 网络不通，稍后再更新"); }
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { window.htmx.trigger(board, "renew"); }
  });
})();
