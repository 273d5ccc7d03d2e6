#include "status/assets.h"

namespace postroad::status {

const std::string_view kStyle = R"css(@layer tokens, base, parts;
@layer tokens {
  :root {
    color-scheme: light dark;
    --ground: light-dark(#f6f7f9, #14171c);
    --surface: light-dark(#ffffff, #1c2027);
    --ink: light-dark(#1b2230, #e8ebf1);
    --quiet: light-dark(#5a6577, #9aa5b8);
    --line: light-dark(#e2e6ec, #2c323c);
    --link: light-dark(#1d4ed8, #8ab4ff);
    --online: light-dark(#14793f, #4ade80);
    --degraded: light-dark(#a15c00, #fbbf24);
    --maintenance: light-dark(#1d4ed8, #7cacff);
    --offline: light-dark(#b42318, #ff8078);
    --unknown: light-dark(#5a6577, #9aa5b8);
    --space: 1rem;
  }
}
@layer base {
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
  a { color: var(--link); text-underline-offset: .2em; }
  h1, h2, h3 { line-height: 1.25; margin: 0; text-wrap: balance; }
  p { margin: 0 0 .6em; }
  p:last-child { margin-block-end: 0; }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
}
@layer parts {
  .wide { max-inline-size: 46rem; margin-inline: auto; padding-inline: var(--space); }
  header { padding-block: 2rem 1.25rem; }
  header .wide { display: flex; justify-content: space-between; align-items: baseline; gap: var(--space); flex-wrap: wrap; }
  header h1 { font-size: 1.25rem; }
  header h1 a { color: inherit; text-decoration: none; }
  nav { display: flex; gap: 1.25rem; }
  .banner { --tone: var(--online); background: var(--surface); border: 1px solid var(--line); border-inline-start: .375rem solid var(--tone);
    border-radius: .5rem; padding: 1.1rem 1.25rem; margin-block-end: 1.5rem; }
  .banner h2 { font-size: 1.375rem; }
  .banner p { color: var(--quiet); margin-block-start: .25rem; }
  .stale { --tone: var(--offline); }
  .card { background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; margin-block-end: 1.5rem; overflow: hidden; }
  .card > h2 { margin: 0; display: flex; justify-content: space-between; gap: var(--space); font-size: 1.0625rem; padding: .9rem 1.25rem; border-block-end: 1px solid var(--line); }
  .rows { list-style: none; margin: 0; padding: 0; }
  .rows li { display: flex; justify-content: space-between; gap: var(--space); padding: .7rem 1.25rem; }
  .rows li + li { border-block-start: 1px solid var(--line); }
  .state { --tone: var(--unknown); color: var(--tone); font-weight: 600; white-space: nowrap; }
  .state::before { content: ""; display: inline-block; inline-size: .6em; block-size: .6em; border-radius: 50%; background: currentColor; margin-inline-end: .5em; }
  .online { --tone: var(--online); }
  .degraded { --tone: var(--degraded); }
  .maintenance { --tone: var(--maintenance); }
  .offline { --tone: var(--offline); }
  section:not(.card) > h2 { font-size: 1.125rem; margin-block-end: .75rem; }
  article { background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; padding: 1.1rem 1.25rem; margin-block-end: 1rem; }
  article h3 { font-size: 1.0625rem; }
  .where { color: var(--quiet); margin-block: .15rem .9rem; }
  .update { border-block-start: 1px solid var(--line); padding-block: .8rem; }
  .update:last-child { padding-block-end: 0; }
  .update .head { display: flex; justify-content: space-between; flex-wrap: wrap; gap: .25rem 1rem; margin-block-end: .3rem; }
  time { color: var(--quiet); font-size: .9375rem; }
  .none { color: var(--quiet); }
  footer { color: var(--quiet); font-size: .9375rem; padding-block: 1rem 3rem; }
}
)css";

// Tells when the publisher has gone silent; all else of the page works without it.
const std::string_view kScript = R"js("use strict";
const oldAfter = 180_000;
function judge() {
  const published = Date.parse(document.documentElement.dataset.published);
  const banner = document.getElementById("stale");
  if (!banner || Number.isNaN(published)) return;
  banner.hidden = Date.now() - published < oldAfter;
}
judge();
setInterval(judge, 15_000);
setTimeout(() => location.reload(), 60_000);
)js";

}  // namespace postroad::status
