#include "status/assets.h"

namespace postroad::status {

const std::string_view kStyle = R"css(@layer tokens, base, parts;
@layer tokens {
  :root {
    color-scheme: light dark;
    --ground: light-dark(#f4f6f9, #12151a);
    --surface: light-dark(#ffffff, #1b1f26);
    --ink: light-dark(#1b2230, #e8ebf1);
    --quiet: light-dark(#566071, #9da8ba);
    --line: light-dark(#dfe4eb, #2d343f);
    --link: light-dark(#1d4ed8, #8ab4ff);
    --online: light-dark(#14793f, #4ade80);
    --degraded: light-dark(#9a5700, #fbbf24);
    --maintenance: light-dark(#1d4ed8, #8ab4ff);
    --offline: light-dark(#b42318, #ff8a82);
    --unknown: light-dark(#566071, #9da8ba);
    --space: 1rem;
    --inset: 1.25rem;
    --round: .625rem;
  }
}
@layer base {
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
  a { color: var(--link); text-underline-offset: .2em; text-decoration-thickness: 1px; }
  a:hover { text-decoration-thickness: 2px; }
  h1, h2, h3 { line-height: 1.3; margin: 0; text-wrap: balance; }
  p { margin: 0 0 .7em; }
  p:last-child { margin-block-end: 0; }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
  [hidden] { display: none !important; }
}
@layer parts {
  .wide { max-inline-size: 54rem; margin-inline: auto; padding-inline: var(--space); }
  header { padding-block: 1.75rem 1.25rem; }
  header .wide { display: flex; justify-content: space-between; align-items: baseline; gap: .5rem 1.5rem; flex-wrap: wrap; }
  header h1 { font-size: 1.25rem; }
  header h1 a { color: inherit; text-decoration: none; }
  nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
  nav a { padding-block: .25rem; }
  nav [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
  .years { margin-block-end: 1.5rem; }

  .online { --tone: var(--online); }
  .degraded { --tone: var(--degraded); }
  .maintenance { --tone: var(--maintenance); }
  .offline { --tone: var(--offline); }
  .unknown { --tone: var(--unknown); }
  svg { flex: none; inline-size: 1rem; block-size: 1rem; color: var(--tone); fill: none; stroke: var(--surface); stroke-width: 1.75;
    stroke-linecap: round; stroke-linejoin: round; }
  svg circle, svg .fill { fill: currentColor; stroke: none; }
  svg .ring { fill: none; stroke: currentColor; }
  .state { display: inline-flex; align-items: center; gap: .45em; color: var(--tone); font-weight: 600; white-space: nowrap; }

  .banner { display: flex; gap: .9rem; background: color-mix(in oklab, var(--tone) 9%, var(--surface)); border: 1px solid color-mix(in oklab, var(--tone) 45%, var(--line));
    border-radius: var(--round); padding: 1.1rem var(--inset); margin-block-end: 1.5rem; }
  .banner > svg { inline-size: 1.75rem; block-size: 1.75rem; margin-block-start: .1rem; }
  .banner h2 { font-size: 1.375rem; }
  .banner ul { list-style: none; margin: .5rem 0 0; padding: 0; }
  .banner li { display: flex; flex-wrap: wrap; gap: 0 .75rem; margin-block: .2rem; }
  .banner p { color: var(--quiet); margin-block-start: .5rem; font-size: .9375rem; }

  .board { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: var(--space); align-items: start; margin-block-end: 2rem; }
  .card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--round); overflow: hidden; }
  .card > h2 { display: flex; justify-content: space-between; gap: var(--space); font-size: 1.0625rem; padding: .9rem var(--inset); border-block-end: 1px solid var(--line); }
  .rows { list-style: none; margin: 0; padding: 0; }
  .rows li { display: flex; justify-content: space-between; align-items: center; flex-wrap: wrap; gap: .1rem var(--space); padding: .6rem var(--inset); }
  .rows li + li { border-block-start: 1px solid var(--line); }
  small { font-size: .875rem; color: var(--quiet); }
  .rows small { flex-basis: 100%; }
  time { color: inherit; }

  section:not(.card):not(:empty) { margin-block-end: 2rem; }
  section:not(.card) > h2 { font-size: 1.125rem; margin-block-end: .75rem; }
  h2.title { font-size: 1.5rem; margin-block-end: 1rem; }
  article { background: var(--surface); border: 1px solid var(--line); border-radius: var(--round); padding: 1.1rem var(--inset); margin-block-end: var(--space); }
  article h3 { font-size: 1.125rem; }
  .where { color: var(--quiet); margin-block: .15rem .9rem; }
  .update { border-block-start: 1px solid var(--line); padding-block: .9rem; }
  .update p { max-inline-size: 44rem; }
  article > :last-child, details > :last-child { padding-block-end: 0; }
  .update .head { display: flex; justify-content: space-between; flex-wrap: wrap; gap: .1rem 1rem; margin-block-end: .35rem; }
  .update time { color: var(--quiet); font-size: .9375rem; }
  details { border-block-start: 1px solid var(--line); }
  summary { padding-block: .7rem; color: var(--link); cursor: pointer; }
  details:not([open]) > summary { padding-block-end: 0; }
  .none { color: var(--quiet); }
  footer { color: var(--quiet); font-size: .9375rem; padding-block: .5rem 3rem; }

  @media (forced-colors: active) { svg { color: CanvasText; } }
  @media print { nav, #stale { display: none; } article, .card, .banner { break-inside: avoid; } }
}
)css";

// Renews what has changed without moving the reader, and tells when nothing new has come for long. All else of the
// page works without it.
const std::string_view kScript = R"js("use strict";
const oldAfter = 180_000;
const root = document.documentElement;
const shown = new Map([...document.querySelectorAll("[data-renew]")].map((part) => [part.id, part.outerHTML]));

function judge() {
  const stale = document.getElementById("stale");
  if (stale) stale.hidden = Date.now() - Date.parse(root.dataset.published) < oldAfter;
}

async function renew() {
  const answer = await fetch(location.href, { cache: "no-cache" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const [id, before] of shown) {
    const part = fresh.getElementById(id);
    if (!part || part.outerHTML === before) continue;
    shown.set(id, part.outerHTML);
    document.getElementById(id).replaceWith(part);
  }
  const since = fresh.querySelector("#stale time");
  if (since) document.querySelector("#stale time")?.replaceWith(since);
  if (fresh.documentElement.dataset.published) root.dataset.published = fresh.documentElement.dataset.published;
}

if (root.dataset.published) {
  judge();
  setInterval(judge, 15_000);
  setInterval(() => renew().then(judge, judge), 30_000);
}
)js";

std::string icon(std::string_view state_class) {
  struct Look {
    std::string_view state, colour, shape;
  };
  constexpr Look kLooks[] = {
      {"online", "#14793f", R"(<circle cx="8" cy="8" r="8"/><path d="m4.5 8.3 2.4 2.4 4.6-5"/>)"},
      {"degraded", "#b86a00", R"(<path stroke="none" d="M8 .6 16 15H0Z"/><path d="M8 5.6v4.2M8 12.2v.4"/>)"},
      {"maintenance", "#1d4ed8", R"(<rect width="16" height="16" rx="3"/><path d="M5 5v6m6-6v6"/>)"},
      {"offline", "#c8281c", R"(<path stroke="none" d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7Z"/><path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/>)"},
      {"unknown", "#6b7585", R"(<circle cx="8" cy="8" r="8"/><path d="M4.5 8h7"/>)"},
  };
  const Look* look = &kLooks[4];
  for (const auto& each : kLooks)
    if (each.state == state_class) look = &each;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\" fill=\"" + std::string(look->colour) +
         "\" stroke=\"#fff\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\">" + std::string(look->shape) + "</svg>\n";
}

}  // namespace postroad::status
