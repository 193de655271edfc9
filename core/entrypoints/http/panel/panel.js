// Shows the account that the link behind the # opens, and sends what its buttons say. All text is set as
// text, never as markup; each press has a key of its own, so that a repeated one has one effect.
"use strict";

const link = location.hash.slice(1);
const at = (id) => document.getElementById(id);
const words = (name) => name.replaceAll("_", " ");
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function money(amount, currency) {
  const [whole, cents = ""] = String(amount).split(".");
  return `${whole}.${cents.padEnd(2, "0").slice(0, 2)} ${currency}`;
}

async function ask(path, body, key) {
  const headers = { authorization: `Panel ${link}` };
  if (body) Object.assign(headers, { "content-type": "application/json", "idempotency-key": key });
  let answer;
  try {
    answer = await fetch(`/panel/api/${path}`, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), cache: "no-store",
    });
  } catch {
    throw new Error("Assay cannot be reached: try again.");
  }
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}

function drawCase({ case: found, advice }) {
  const card = at("case").content.cloneNode(true).firstElementChild;
  const set = (selector, text) => { card.querySelector(selector).textContent = text; };
  const due = new Date(found.due_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  set("h2", found.title);
  set(".facts", `${found.case_id} · ${found.severity} · ${words(found.state)} · due ${due}`);
  set(".summary", found.summary);
  set(".because", advice && advice.because ? `${capital(advice.because)}.` : "");
  if (advice && advice.message) {
    card.querySelector(".message").hidden = false;
    const text = card.querySelector(".message p");
    text.textContent = advice.message;
    text.lang = advice.language;
  }
  const amount = Number(found.action_amount) ? ` ${money(found.action_amount, found.currency)}` : "";
  set("button.first", `Propose: ${words(found.action)}${amount}`);
  if (["awaiting_approval", "snoozed"].includes(found.state)) card.querySelector("button.first").hidden = true;
  wire(card, found);
  return card;
}

function wire(card, found) {
  const form = card.querySelector("form");
  const outcome = card.querySelector(".outcome");
  let key = crypto.randomUUID();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const what = event.submitter.value;
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    outcome.className = "outcome";
    outcome.textContent = "Sending …";
    try {
      const note = form.querySelector("textarea").value;
      const done = await ask(`cases/${encodeURIComponent(found.case_id)}/${what}`,
        { version: found.version, note }, key);
      await load();
      at("told").textContent = what === "propose"
        ? `Sent as ${done.proposal_id}: a second person decides.` : "Noted on the case.";
      at("told").scrollIntoView({ block: "nearest" });
    } catch (error) {
      key = crypto.randomUUID();
      outcome.className = "outcome bad";
      outcome.textContent = error.message;
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
}

async function load() {
  const found = await ask("account");
  at("title").textContent = found.name || found.account_id;
  at("who").textContent = [found.name && found.account_id, found.segment].filter(Boolean).join(" · ");
  at("told").className = "";
  at("told").textContent = found.open.length ? "" : found.summary;
  at("open").replaceChildren(...found.open.map(drawCase));
  at("past").hidden = !found.past.length;
  at("past").querySelector("ul").replaceChildren(...found.past.map((one) => {
    const item = document.createElement("li");
    item.textContent = `${one.title}: ${words(one.closed_as)}`;
    return item;
  }));
}

load().catch((error) => {
  at("told").className = "bad";
  at("told").textContent = error.message;
});
