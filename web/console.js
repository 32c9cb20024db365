// What pages do beyond links and forms: local times, time left, live updates, previews. Everything works without it.
"use strict";
(() => {
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("countersign", { createHTML: (text) => text })
    : { createHTML: (text) => text };
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const main = () => document.getElementById("main");

  // The server's clock may be ahead of this one: the demo moves it.
  let ahead = 0;
  const setClock = () => {
    const now = main()?.dataset.now;
    if (now) ahead = Date.parse(now) - Date.now();
  };

  // "2m 14s", as the server says it.
  const words = (seconds) => {
    const parts = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];
    const said = [];
    for (const [unit, size] of parts) {
      const n = Math.floor(seconds / size);
      if (n > 0 && said.length < 2) said.push(n + unit);
      seconds %= size;
    }
    return said.join(" ") || "0s";
  };
  const left = (element) => Math.floor((Date.parse(element.dateTime || element.dataset.until) - Date.now() - ahead) / 1000);

  // The reader's own zone; the day only where it is another, the year only where it is another.
  const clock = { hour: "2-digit", minute: "2-digit" };
  const day = { day: "numeric", month: "short" };
  const said = (at) => {
    const today = new Date(Date.now() + ahead);
    if (at.toDateString() === today.toDateString()) return at.toLocaleTimeString(undefined, clock);
    const year = at.getFullYear() === today.getFullYear() ? {} : { year: "numeric" };
    return at.toLocaleString(undefined, { ...day, ...year, ...clock });
  };
  const localise = () => {
    for (const time of $$("time[data-at]")) {
      const words = said(new Date(time.dateTime));
      if (time.textContent !== words) time.textContent = words;
      time.title = time.dateTime;
    }
    for (const place of $$("[data-zone]")) place.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "your own zone";
  };
  const tick = () => {
    for (const time of $$("time[data-left]")) {
      const seconds = left(time);
      const rounded = seconds < 600 ? seconds : seconds - (seconds % 60);
      time.textContent = seconds > 0 ? words(rounded) + " left" : "time is over";
    }
    for (const bar of $$("progress[data-until]")) bar.value = Math.max(0, Math.min(100, (left(bar) * 100) / bar.dataset.whole));
  };
  const dress = () => {
    setClock();
    localise();
    tick();
    narrow();
  };

  // Turns one tree into another and leaves alone what is the same: focus, typed text, open details, scroll.
  const KEPT = new Set(["open", "value"]);
  const morph = (old, fresh) => {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) return old.replaceWith(fresh);
    if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
    for (const { name, value } of [...fresh.attributes]) {
      const typed = KEPT.has(name) && old.matches("input:not([type=hidden]), textarea, details");
      if (!typed && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    if (old.matches("textarea")) return;
    const byId = new Map([...old.children].filter((e) => e.id).map((e) => [e.id, e]));
    let here = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const same = next.id ? byId.get(next.id) : here && !here.id ? here : null;
      if (!same) {
        old.insertBefore(next, here);
        continue;
      }
      if (same !== here) old.insertBefore(same, here);
      else here = here.nextSibling;
      morph(same, next);
    }
    while (here) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
  };

  const load = async (url) => {
    const answer = await fetch(url, { headers: { accept: "text/html" } });
    if (answer.status >= 502) throw new Error("nobody behind the proxy");
    const text = await answer.text();
    return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
  };

  // While the server is away a small note says so; a moment without it, as between two connections, is nothing to tell.
  let away = null;
  const lost = (is) => {
    if (is) return void (away ??= setTimeout(() => (document.getElementById("lost").hidden = false), 1500));
    clearTimeout(away);
    away = null;
    document.getElementById("lost").hidden = true;
  };

  let busy = false;
  let again = false;
  const refresh = async () => {
    if (busy) return void (again = true);
    busy = true;
    try {
      const fresh = await load(location.href);
      lost(false);
      // Whoever has no session any more is sent to where one begins.
      if (main()?.hasAttribute("data-live") && !fresh.querySelector("main[data-live]")) return void location.reload();
      const log = document.getElementById("messages");
      const low = log && log.scrollHeight - log.scrollTop - log.clientHeight < 80;
      for (const id of ["top", "main"]) {
        const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
        if (old && next) morph(old, next);
      }
      document.title = fresh.title;
      dress();
      if (low) log.scrollTop = log.scrollHeight;
    } catch {
      // The next event or the next poll tries again.
      lost(true);
    }
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  };

  // Live: one connection while the page is looked at, none while it is not.
  let source = null;
  let timer = null;
  const connect = () => {
    if (document.hidden) return disconnect();
    if (!source && main()?.hasAttribute("data-live")) {
      source = new EventSource("/events");
      source.addEventListener("change", () => {
        clearTimeout(timer);
        timer = setTimeout(refresh, 60);
      });
      source.onopen = () => {
        if (away) refresh();
      };
      source.onerror = () => {
        lost(true);
        // The browser tries again by itself unless the answer was no stream: then the session is gone.
        if (source?.readyState !== EventSource.CLOSED) return;
        source = null;
        refresh();
        setTimeout(connect, 5000);
      };
    }
  };
  const disconnect = () => {
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => {
    connect();
    if (!document.hidden) refresh();
  });
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", (event) => {
    connect();
    if (event.persisted) refresh();
  });
  setInterval(() => {
    tick();
    const every = Number(main()?.dataset.poll);
    if (every && !document.hidden && Math.floor(Date.now() / 1000) % every === 0) refresh();
  }, 1000);

  // The form for a new request: only the levels that the resource has, and what would happen, while one types.
  const narrow = () => {
    const form = document.querySelector("form[data-preview]");
    if (!form) return;
    const chosen = form.resource.selectedOptions[0];
    const levels = chosen?.dataset.levels?.split(" ");
    for (const option of form.access.options) {
      if (!option.value) option.textContent = chosen?.dataset.default ? chosen.dataset.default + ", as usual" : "as usual";
      else option.hidden = option.disabled = !!levels && (!levels.includes(option.value) || levels.length < 2);
    }
    if (form.access.selectedOptions[0]?.disabled) form.access.value = "";
  };
  let typing = null;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-preview]");
    if (!form || event.target.name === "reason") return;
    narrow();
    clearTimeout(typing);
    typing = setTimeout(async () => {
      const fields = ["resource", "access", "duration"].map((name) => [name, form[name].value]);
      const fresh = await load(form.dataset.preview + "?" + new URLSearchParams(fields)).catch(() => null);
      const [old, next] = [document.getElementById("preview"), fresh?.getElementById("preview")];
      if (!old || !next) return;
      const notice = fresh.getElementById("notice");
      if (notice) next.replaceChildren(notice);
      morph(old, next);
    }, 200);
  });

  // A form that opens is looked at and typed into.
  document.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.matches("details.deny[open]")) return;
      event.target.scrollIntoView({ block: "nearest" });
      event.target.querySelector("input[name=note]")?.focus({ preventScroll: true });
    },
    true,
  );

  // The switcher, and where it comes back to.
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-autosubmit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    for (const input of $$("input[data-here]", event.target)) input.value = location.pathname + location.search;
  });

  document.documentElement.classList.add("js");
  dress();
  connect();
  const log = document.getElementById("messages");
  if (log) {
    // Where the chat scrolls by itself, the page stays at its top.
    if (log.scrollHeight > log.clientHeight || getComputedStyle(log).overflowY === "auto") {
      if (location.hash === "#end") history.replaceState(null, "", location.pathname);
      scrollTo(0, 0);
    }
    log.scrollTop = log.scrollHeight;
  }
})();
