// The page works without this: forms are sent and answered with the page anew. With it nothing is
// loaded again: what changed is fetched and put into its place.

const search = location.search;
const toast = document.getElementById("toast");
const parts = new Map();
for (const each of document.querySelectorAll("[data-part]")) parts.set(each.dataset.part, each);
const talk = document.querySelector(".talk");

let shown = {};
let fetching = false;
let again = false;

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  do {
    again = false;
    try {
      const answer = await fetch(`/sandbox/parts${search}`);
      if (answer.ok) show(await answer.json());
    } catch {
      say(toast.dataset.lost);
    }
  } while (again);
  fetching = false;
}

function show(told) {
  const below = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60;
  for (const [name, html] of Object.entries(told)) {
    const part = parts.get(name);
    if (!part || shown[name] === html) continue;
    shown[name] = html;
    const wanted = document.createElement("div");
    wanted.innerHTML = html; // made by our own server, which writes text as text
    turn(part, wanted);
  }
  if (below) talk.scrollTop = talk.scrollHeight;
}

// Turns what is there into what is wanted, node by node, so that focus, scrolling and what is
// unfolded stay as they are.
function turn(there, wanted) {
  const have = [...there.childNodes];
  const want = [...wanted.childNodes];
  want.forEach((node, place) => {
    const old = have[place];
    if (!old) there.append(node);
    else if (old.nodeName !== node.nodeName || (old.id || "") !== (node.id || "")) old.replaceWith(node);
    else if (node.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue;
    } else {
      attributes(old, node);
      turn(old, node);
    }
  });
  have.slice(want.length).forEach((node) => node.remove());
}

function attributes(old, node) {
  for (const { name } of [...old.attributes]) {
    if (!node.hasAttribute(name) && !(name === "open")) old.removeAttribute(name);
  }
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
    if (name === "value") old.value = value; // what was typed there is old now
  }
  if (document.activeElement === old) return;
  if (old instanceof HTMLInputElement && old.type === "checkbox") old.checked = node.hasAttribute("checked");
  if (old instanceof HTMLOptionElement) old.selected = node.hasAttribute("selected");
}

function say(words) {
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (toast.hidden = true), 4000);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  if (form.id === "composer") form.reset();
  form.closest("details.menu")?.removeAttribute("open");
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", headers, body });
    if (!answer.ok) say(toast.dataset.impossible);
  } catch {
    say(toast.dataset.lost);
  }
  refresh();
});

// Which view is shown where there is room for one only.
function view(name) {
  document.body.dataset.view = name;
  for (const each of document.querySelectorAll(".tabs a")) {
    if (each.dataset.view === name) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

function arrive() {
  const found = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  const within = found?.closest(".view");
  view(within ? within.id : "chat");
  if (found && found !== within) {
    found.focus();
    found.scrollIntoView({ block: "center" });
  }
}

addEventListener("hashchange", arrive);
arrive();
talk.scrollTop = talk.scrollHeight;

const live = new EventSource("/sandbox/live");
live.addEventListener("message", refresh);
live.addEventListener("error", () => {
  if (live.readyState === EventSource.CLOSED) say(toast.dataset.lost);
});
