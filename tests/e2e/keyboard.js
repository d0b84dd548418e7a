// Where Tab has been on a page of custom elements, and what it left out. Defines `keyboard`.
globalThis.keyboard = (() => {
  const CONTROLS = "a[href], area[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
  let waiting = new Set();
  let unseen = new Set();
  let first = null;
  let hasLeft = false;

  function active() {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at;
  }

  /** The one above in what is drawn: through slots and out of shadow roots. */
  function above(one) {
    return one.assignedSlot ?? one.parentNode ?? one.host ?? null;
  }

  function isIn(one, ancestor) {
    for (let at = one; at; at = above(at)) if (at === ancestor) return true;
    return false;
  }

  function all(root) {
    return [...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]));
  }

  function dialog() {
    return all(document).find((one) => one.matches("dialog:modal")) ?? null;
  }

  function isControl(one) {
    const isShown = one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
    return one.matches(CONTROLS) && one.tabIndex >= 0 && !one.disabled && isShown && !one.closest("[inert]");
  }

  /** Of radio buttons of one name, Tab meets one. */
  function isStop(one) {
    return one.type !== "radio" || one.checked || !one.form?.querySelector(`[name="${one.name}"]:checked`);
  }

  function name(one) {
    const host = one.getRootNode().host?.localName ?? "";
    return `${host} ${one.localName}#${one.id}.${one.className} ${one.textContent.trim().slice(0, 30)}`;
  }

  /** Whether one sees that it has the focus. */
  function isSeen(one) {
    // The calendar button within a date field is the browser's own, and so is its ring.
    if (one.type === "date" && !one.matches(":focus-visible")) return true;
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  }

  return {
    begin() {
      const open = dialog();
      const stops = all(document).filter((one) => isControl(one) && isStop(one));
      waiting = new Set(open ? stops.filter((one) => isIn(one, open)) : stops);
      unseen = new Set();
      first = null;
      hasLeft = false;
      if (!open) active()?.blur();
    },
    /** Note where the focus is; return whether it has been everywhere. */
    step() {
      const at = active();
      if (!at || at === document.body) return first !== null && waiting.size === 0;
      if (at !== document.documentElement && !isSeen(at)) unseen.add(name(at));
      waiting.delete(at);
      first ??= at;
      hasLeft ||= at !== first;
      return (hasLeft && at === first) || waiting.size === 0;
    },
    faults() {
      return [...[...waiting].map((one) => `not reached: ${name(one)}`), ...[...unseen].map((one) => `focus not seen: ${one}`)];
    },
    here() {
      const [at, open] = [active(), dialog()];
      return { at: at ? name(at) : "", inside: !at || at === document.body || (open !== null && isIn(at, open)) };
    },
  };
})();
