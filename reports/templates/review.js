"use strict";
(() => {
  const panel = document.getElementById("panel");
  const picker = document.getElementById("period");
  const articles = [...document.querySelectorAll("article[data-period]")];
  const told = "a[data-details]";
  let owner = null;
  let pinned = false;

  const element = (name, text) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    return made;
  };

  function fill(of) {
    const table = element("table");
    for (const [label, value] of JSON.parse(of.dataset.details)) {
      const row = table.appendChild(element("tr"));
      row.appendChild(element("th", label)).scope = "row";
      row.appendChild(element("td", value));
    }
    panel.replaceChildren(element("h3", of.dataset.title), table);
    const question = of.dataset.question && document.getElementById(of.dataset.question);
    if (question) {
      const [definition, freshness] = ["definition", "freshness"].map(
        (part) => question.querySelector("." + part).textContent);
      panel.append(element("p", definition));
      const link = element("a", "Definition of " + of.dataset.question);
      link.href = "#" + of.dataset.question;
      const last = element("p", freshness + " ");
      last.className = "quiet";
      last.append(link);
      panel.append(last);
    }
    if (pinned) {
      const close = element("button", "×");
      close.type = "button";
      close.setAttribute("aria-label", "Close");
      close.addEventListener("click", () => hide(true));
      panel.append(close);
    }
  }

  function place(of) {
    if (getComputedStyle(panel).position === "fixed") {
      panel.style.left = panel.style.top = "";
      return;
    }
    const box = of.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const below = box.bottom + 6 + panel.offsetHeight <= window.innerHeight;
    const above = box.top - 6 - panel.offsetHeight;
    const top = below || above < 0 ? box.bottom + 6 : above;
    const left = Math.min(Math.max(8, box.left), width - panel.offsetWidth - 16);
    panel.style.left = `${left + window.scrollX}px`;
    panel.style.top = `${top + window.scrollY}px`;
  }

  function show(of, pin) {
    if (owner) owner.removeAttribute("aria-expanded");
    owner = of;
    pinned = pin;
    fill(of);
    of.setAttribute("aria-expanded", "true");
    panel.hidden = false;
    place(of);
  }

  function hide(back) {
    if (!owner) return;
    owner.removeAttribute("aria-expanded");
    if (back) owner.focus({ preventScroll: true });
    owner = null;
    pinned = false;
    panel.hidden = true;
  }

  document.addEventListener("pointerover", (event) => {
    const of = event.pointerType === "mouse" && event.target.closest(told);
    if (of && !pinned) show(of, false);
    else if (!pinned && owner && !event.target.closest("#panel") && owner !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => {
    const of = event.target.closest(told);
    if (of && of !== owner && of.matches(":focus-visible")) show(of, false);
    else if (!of && !event.target.closest("#panel")) hide();
  });
  document.addEventListener("click", (event) => {
    const of = event.target.closest(told);
    if (of) {
      event.preventDefault();
      if (pinned && of === owner) hide();
      else show(of, true);
    } else if (event.target.closest("#panel a") || !event.target.closest("#panel")) {
      hide();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide(true);
  });
  window.addEventListener("resize", () => hide());

  // Without scripts all answers are there; with them, long lists begin short.
  for (const more of document.querySelectorAll("button.more")) {
    const list = more.closest("tbody");
    list.classList.add("short");
    more.hidden = false;
    more.addEventListener("click", () => {
      const isShort = list.classList.toggle("short");
      more.setAttribute("aria-expanded", String(!isShort));
    });
  }

  function choose(period) {
    if (!articles.some((article) => article.dataset.period === period)) return;
    hide();
    for (const article of articles) article.hidden = article.dataset.period !== period;
    picker.value = period;
  }
  picker.addEventListener("change", () => {
    choose(picker.value);
    history.replaceState(null, "", "#" + picker.value);
  });
  window.addEventListener("hashchange", () => choose(decodeURIComponent(location.hash.slice(1))));
  choose(decodeURIComponent(location.hash.slice(1)));
})();
