// What a single-page app needs in order to use the BFF; it never sees a token. Copy this file, and write in the app:
//
//   import { call, signIn, signOut, start } from './bff.js';
//   start('https://bff.example.com', {
//     automatic: true,            // begin a sign-in without a click when the page opens and no user is signed in
//     signedIn: (me) => {},       // show the user: me is the answer to GET /me; called again when it has changed
//     signedOut: (reason) => {},  // show a button that calls signIn(); the reason is '' or why the session has ended
//     loginFailed: (code) => {},  // show why: access_denied, login_required, provider_unavailable or login_failed
//     expiring: (session) => {},  // it ends at session.expiresAt; if session.ifUnused, call('/me') prolongs it
//     message: (text) => {},      // show what is wrong at present; '' when it is over
//   });
//   const orders = await (await call('/api/orders')).json();
//
// In React: useEffect(() => start('https://bff.example.com', {…}), []). The function that start returns stops it.

let bff, app, me, asking, stream, timer; // me: undefined until the BFF has answered, null without a session

export function start(url, handlers) {
  stop();
  [bff, app, me] = [url, handlers];
  document.addEventListener('visibilitychange', onVisibilityChange);
  addEventListener('pageshow', onPageShow);
  check('/me');
  return stop;
}

function stop() {
  disconnect();
  document.removeEventListener('visibilitychange', onVisibilityChange);
  removeEventListener('pageshow', onPageShow);
}

/** A request to the BFF or, under /api, to your API. Rejects with a text for the user, and with `seconds` if waiting helps. */
export async function call(path, options = {}) {
  const headers = new Headers(options.headers);
  headers.set('X-CSRF', '1'); // no other site can make a browser send it
  const response = await fetch(bff + path, { ...options, headers, credentials: 'include' })
    .catch((error) => { throw options.signal?.aborted ? error : wait('The BFF cannot be reached'); });
  // Read in any case: an unread body would keep its connection.
  const problem = response.ok ? null : await response.clone().json().catch(() => null);
  // The session is kept: this is no reason for a new sign-in. What the API itself answers is the app's to handle.
  const isOfBff = ['rate_limited', 'store_unavailable', 'provider_unavailable'].includes(problem?.code);
  if (isOfBff && [429, 503].includes(response.status)) throw wait('Temporarily unavailable', response.headers.get('Retry-After'));
  if (response.status === 401 && ['no_session', 'session_ended'].includes(problem?.code)) {
    withoutSession(problem.code);
    throw new Error('Your session has ended.');
  }
  return response;
}

const wait = (text, seconds) => Object.assign(new Error(text), { seconds: Number(seconds) || 5 });
export const signIn = () => location.assign(loginUrl());

export async function signOut() {
  closeStream(); // else this page, as any other tab, would show that its session has ended
  try {
    const response = await call('/logout', { method: 'POST' });
    if (!response.ok) throw new Error(`Signing out did not work (${response.status}).`);
    location.assign((await response.json()).logoutUrl);
  } catch (error) {
    if (me) openStream();
    throw error;
  }
}

/** Requests /me until there is an answer. With slide=false this is no use of the session. */
async function check(path = '/me?slide=false') {
  clearTimeout(timer);
  asking?.abort();
  const { signal } = (asking = new AbortController());
  try {
    const response = await call(path, { signal });
    if (!response.ok) throw wait(`The BFF answered ${response.status}`);
    me = await response.json();
  } catch (error) {
    if (signal.aborted) return;
    app.message(`${error.message}. Trying again in ${error.seconds ?? 5} s.`);
    return checkAfter(error.seconds ?? 5, path);
  }
  sessionStorage.removeItem('bffLogin');
  app.message('');
  app.signedIn(me);
  showLoginError();
  openStream();
}

function checkAfter(seconds, path) {
  closeStream();
  clearTimeout(timer);
  timer = setTimeout(check, seconds * 1000, path);
}

function withoutSession(reason) {
  disconnect();
  const automatic = me === undefined && app.automatic && loginError() === null;
  const shown = me ? reason : '';
  me = null;
  if (automatic && !beganLogin()) return location.replace(loginUrl());
  app.message('');
  app.signedOut(shown);
  if (automatic) app.loginFailed('login_failed');
  showLoginError();
}

function loginUrl() {
  if (app.automatic) sessionStorage.setItem('bffLogin', Date.now());
  return `${bff}/login?returnUrl=${encodeURIComponent(address())}`;
}

// A sign-in that returns at once without a session must not begin the next one.
const beganLogin = () => Math.abs(Date.now() - sessionStorage.getItem('bffLogin')) < 10_000;
const loginError = () => new URL(location).searchParams.get('login_error');

/** It stays in the address until it is shown: React's StrictMode runs an effect twice. */
function showLoginError() {
  const code = loginError();
  if (code === null) return;
  history.replaceState(history.state, '', address());
  app.loginFailed(code);
}

function address() {
  const url = new URL(location);
  url.search = url.search.slice(1).split('&').filter((pair) => !pair.startsWith('login_error=')).join('&');
  return url.href;
}

// Over HTTP/1.1 a browser opens six connections to one host: only a page that is visible holds a stream.
function openStream() {
  if (stream || document.hidden) return;
  stream = new EventSource(`${bff}/events`, { withCredentials: true });
  stream.addEventListener('session-refreshed', () => check());
  stream.addEventListener('session-expiring', ({ data }) => app.expiring(JSON.parse(data)));
  stream.addEventListener('session-ended', ({ data }) => {
    const { reason } = JSON.parse(data);
    if (reason === 'signed_in_anew') checkAfter(2); // another tab may not have the cookie of the new session yet
    else withoutSession(reason);
  });
  // The browser reopens a stream that broke off, but not one that was refused.
  stream.onerror = ({ target }) => target.readyState === EventSource.CLOSED && checkAfter(5);
}

function closeStream() {
  stream?.close();
  stream = undefined;
}

function disconnect() {
  asking?.abort();
  clearTimeout(timer);
  closeStream();
}

const onVisibilityChange = () => (document.hidden ? closeStream() : me && check());
// A page from the browser's back-forward cache shows the session of that time.
const onPageShow = ({ persisted }) => persisted && check();
