// Saves a form by itself a few seconds after the last key, and keeps what is typed on this device
// while the network or the session is gone.
(function () {
  "use strict";
  var WAIT = 3000;
  var AGAIN = 10000;
  var LIMIT = 30000;
  // The proxy's answers where the server's own got lost.
  var LOST = [502, 504];

  function start(form) {
    var status = form.querySelector("[data-autosave-status]");
    var key = form.dataset.key;
    var timer = null;
    var dirty = false;
    var leaving = false;
    var blocked = false;
    var busy = false;
    var waiting = false;
    var unanswered = null;
    var asked = null;
    var held = null;

    function say(text) { if (status) { status.textContent = text; } }
    function typed() {
      var values = {};
      form.querySelectorAll("textarea, select, input[type=text]").forEach(function (field) {
        if (field.name) { values[field.name] = field.value; }
      });
      return values;
    }
    function versions() {
      var found = {};
      form.querySelectorAll("input[name$=version]").forEach(function (field) { found[field.name] = field.value; });
      return found;
    }
    function keep(sent) {
      var kept = { at: Date.now(), values: typed(), versions: versions(), asked: asked, sent: sent === true };
      try { localStorage.setItem(key, JSON.stringify(kept)); } catch (error) { /* storage is full or off */ }
    }
    function kept() {
      try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
    }
    function forget() { try { localStorage.removeItem(key); } catch (error) { /* as above */ } }

    function body() {
      var data = new FormData(form);
      data.delete("files");
      return data;
    }
    // One request at a time: what is typed meanwhile goes out after the answer, with its version.
    function save() {
      timer = null;
      if (blocked || leaving) { return; }
      if (busy) { waiting = true; return; }
      if (unanswered) { waiting = true; send(unanswered); return; }
      dirty = false;
      asked = typed();
      send(body());
    }
    function send(data) {
      var abort = new AbortController();
      var limit = setTimeout(function () { abort.abort(); }, LIMIT);
      busy = true;
      unanswered = data;
      say("正在保存…");
      fetch(form.dataset.autosave, { method: "POST", body: data, headers: { "X-Background": "1" }, credentials: "same-origin", redirect: "manual", signal: abort.signal })
        .then(answer)
        .catch(function () { dirty = true; waiting = false; say("网络不通，文字已留在本机，恢复后自动保存"); retry(); })
        .then(function () { clearTimeout(limit); busy = false; next(); });
    }
    function next() {
      if (held) { press(); return; }
      if (waiting) { waiting = false; save(); }
    }
    // A button waits for the answer that is under way, so that it brings the newest version.
    function hold(event) {
      event.preventDefault();
      event.stopPropagation();
      held = event.submitter;
      if (!busy) { send(unanswered); }
      say("上一次保存还没有答复，稍候即按所按的按钮办理");
    }
    function press() {
      var button = held;
      held = unanswered = null;
      button.click();
    }
    // An answer that got lost may stand for a save that arrived. The same text sent again changes
    // nothing then and brings its version; so it goes out again, unchanged, before anything newer.
    // What the server itself answered did not arrive: next goes out what stands on the page by then.
    function answer(response) {
      if (response.ok || response.status === 422) { return response.json().then(saved); }
      dirty = true;
      waiting = false;
      if (LOST.indexOf(response.status) < 0) { unanswered = null; }
      if (response.status === 409) { blocked = true; return response.json().then(clashed); }
      if (response.status === 401 || response.status === 403 || response.type === "opaqueredirect") {
        say("登录已过期，文字已留在本机，请重新登录后回到本页");
        return undefined;
      }
      say("保存未成，文字已留在本机，稍后再试");
      retry();
      return undefined;
    }
    function clashed(data) { say((data.conflict || data.error || "") + " 请按「保存草稿」查看。"); }
    function saved(data) {
      unanswered = asked = null;
      Object.keys(data.versions || {}).forEach(function (name) {
        var field = form.elements[name];
        if (field) { field.value = data.versions[name]; field.dataset.by = form.dataset.user; }
      });
      var errors = data.errors || [];
      if (errors.length) { dirty = true; }
      if (dirty) { keep(); } else { forget(); }
      var parts = data.saved ? ["已自动保存 " + data.saved] : [];
      if (data.removed) { parts.push("去除了 " + data.removed + " 个看不见的控制字符"); }
      if (errors.length) { parts.push("未保存：" + errors.join(" ")); }
      say(parts.join("；"));
    }
    function retry() { if (!timer) { timer = setTimeout(save, AGAIN); } }

    form.addEventListener("input", function (event) {
      if (event.target.type === "file") { return; }
      dirty = true;
      keep();
      if (timer) { clearTimeout(timer); }
      timer = setTimeout(save, WAIT);
    });
    form.addEventListener("submit", function (event) {
      if (event.submitter && (busy || unanswered)) { hold(event); return; }
      leaving = true;
      if (timer) { clearTimeout(timer); }
      keep(true);
    });
    window.addEventListener("pageshow", function () { leaving = false; });
    window.addEventListener("online", function () { if (dirty) { save(); } });
    window.addEventListener("beforeunload", function (event) {
      if (dirty && !leaving) { event.preventDefault(); event.returnValue = ""; }
    });
    offer();

    // What this device kept and the server does not have is offered, never put in silently.
    function offer() {
      var before = kept();
      if (!before || !before.values || form.querySelector(".bad")) { return; }
      var now = typed();
      var names = Object.keys(before.values).filter(function (name) {
        return name in now && before.values[name].trim() !== now[name].trim() && !arrived(before, name);
      });
      if (!names.length) { forget(); return; }
      var box = document.createElement("div");
      box.className = "message warning kept";
      box.setAttribute("role", "alert");
      box.textContent = "本机留有一份未保存的文字（" + new Date(before.at).toLocaleString("zh-CN") + "）。 ";
      button(box, "恢复", function () { restore(before, names); box.remove(); });
      button(box, "不要了", function () { forget(); box.remove(); });
      form.parentNode.insertBefore(box, form);
    }
    function versionOf(name) { return name.indexOf("-") < 0 ? "version" : name.slice(0, name.indexOf("-")) + "-version"; }
    // Sent by a button, and the newest version is one's own: it got there, maybe tidied on its way.
    function arrived(before, name) {
      var field = form.elements[versionOf(name)];
      var seen = (before.versions || {})[versionOf(name)];
      return before.sent && field && field.dataset.by === form.dataset.user && Number(field.value) > Number(seen);
    }
    // The page shows what this device sent before an answer got lost: one goes on from there.
    function landed(before, now, name) {
      return before.asked && Object.keys(before.asked).every(function (other) {
        return versionOf(other) !== versionOf(name) || (other in now && before.asked[other].trim() === now[other].trim());
      });
    }
    function button(box, word, act) {
      var made = document.createElement("button");
      made.type = "button"; made.className = "btn slim"; made.textContent = word;
      made.addEventListener("click", act);
      box.appendChild(made);
    }
    // With the text comes the version it was written on, so that the server sees whether somebody
    // else wrote meanwhile.
    function restore(before, names) {
      var now = typed();
      names.forEach(function (name) {
        var version = form.elements[versionOf(name)];
        form.elements[name].value = before.values[name];
        if (version && !landed(before, now, name) && (before.versions || {})[version.name]) { version.value = before.versions[version.name]; }
        form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
  }

  document.querySelectorAll("form[data-autosave]").forEach(start);
})();
