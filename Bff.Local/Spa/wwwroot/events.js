// What happens to the session, wherever it happens: the BFF tells every open page.

import { bff } from './bff.js';

let source;

/**
 * Listens until `stop`. `on` has a function for each event, and one for `lost`: the stream is closed for good,
 * as when the session ended while the browser was away; what is true now, /me says.
 */
export function listen(on) {
  if (source || document.hidden) {
    return;
  }

  source = new EventSource(`${bff}/events`, { withCredentials: true });
  for (const name of ['session-refreshed', 'session-expiring', 'session-ended']) {
    source.addEventListener(name, (event) => on[name](JSON.parse(event.data)));
  }

  // What is only broken off the browser mends by itself.
  source.addEventListener('error', (event) => {
    if (event.target.readyState === EventSource.CLOSED && event.target === source) {
      stop();
      on.lost();
    }
  });
}

export function stop() {
  source?.close();
  source = undefined;
}
