import { call, signIn } from './bff.js';
import { listen, stop } from './events.js';
import { clearNotice, clearResult, isSignedIn, notify, on, showPath, showResult, showSession, showSignedOut, time } from './view.js';

const loginErrors = {
  access_denied: 'The sign-in was cancelled.',
  login_expired: 'The sign-in took too long. Please try again.',
  login_failed: 'The sign-in did not work. Please try again.',
  login_required: 'Please sign in.',
  provider_unavailable: 'The sign-in page cannot be used at present. Please try again. If it lasts, contact support.',
  store_unavailable: 'Signing in is temporarily unavailable. Please try again in a moment.',
};

const endReasons = {
  signed_out: 'You signed out in another tab.',
  ended_elsewhere: 'You ended this session from another device.',
  revoked: 'Your sessions were ended by an administrator.',
  provider_logout: 'You signed out of the user pool.',
};

// The browser may bring back the page as it was before the sign-out.
addEventListener('pageshow', (event) => event.persisted && ask('/me', {}, show));

let retry;

on('Sign in', signIn);
on('Call the API', () => ask('/api/hello', {}, showResult));
on('Refresh', () => ask('/refresh', { method: 'POST' }, refreshed));
on('Sign out', () => {
  stop();
  return ask('/logout', { method: 'POST' }, ({ logoutUrl }) => location.assign(logoutUrl));
});

const events = {
  'session-refreshed': look,
  'session-expiring': ({ expiresAt, ifUnused }) => notify(`Your session ends at ${time(expiresAt)}${ifUnused ? ' unless you use it: press Refresh to stay' : '. You will have to sign in again'}.`, 'waiting'),
  // A new sign-in in this browser took its place. Its cookie may still be on its way in the other tab.
  'session-ended': ({ reason }) => (stop(), reason === 'signed_in_anew' ? lookFor(1_000, 2_000, 4_000) : ended(endReasons[reason])),
  lost: () => setTimeout(look, 5_000),
};

// A browser opens few connections to one server: only the page that is seen holds one.
document.addEventListener('visibilitychange', () => (document.hidden ? stop() : isSignedIn() && look()));

const loginError = takeLoginError();
showPath();
await ask('/me', {}, show);
if (loginError) {
  notify(loginErrors[loginError] ?? 'The sign-in did not work. Please try again.', 'error');
}

function show(me) {
  showSession(me);
  listen(events);
}

/** Shows how the session stands, without counting as use of it and without a word; none is one only after the last of the pauses. */
async function lookFor(pause, ...more) {
  await new Promise((done) => setTimeout(done, pause));
  const response = await call('/me?slide=false').catch(() => null);
  if (response?.ok) {
    return show(await response.json());
  }

  if (response?.status === 401 && more.length > 0) {
    return lookFor(...more);
  }

  return response?.status === 401 ? ended() : events.lost();
}

function look() {
  return lookFor(0);
}

function refreshed(me) {
  clearResult();
  show(me);
  notify('The session is refreshed.', 'good');
}

/** Calls the BFF and hands its answer to `done`. What is only temporary keeps the view, says so, and is tried again. */
async function ask(path, options, done) {
  clearTimeout(retry);
  const response = await call(path, options).catch(() => null);
  if (response === null) {
    return again(5, 'The BFF cannot be reached', path, options, done);
  }

  const answer = await response.json().catch(() => null);
  if (response.ok) {
    clearNotice();
    return done(answer);
  }

  if (response.status === 401 && ['no_session', 'session_ended'].includes(answer?.code)) {
    return ended();
  }

  if (response.status === 429 || response.status === 503) {
    return again(Number(response.headers.get('Retry-After')) || 5, 'Temporarily unavailable', path, options, done);
  }

  notify(`That did not work: ${answer?.title ?? 'an error'} (${answer?.code ?? response.status}).`, 'error');
}

function again(seconds, reason, ...request) {
  notify(`${reason}. Trying again in ${seconds} s.`, 'waiting');
  retry = setTimeout(ask, seconds * 1000, ...request);
}

/** No session is what a new visitor has; to somebody who had one it is worth a word. */
function ended(reason = 'Your session has ended.') {
  stop();
  clearNotice();
  if (isSignedIn()) {
    notify(reason, 'waiting');
  }

  showSignedOut();
}

/** The reason why a sign-in failed, taken out of the address so that a reload or a bookmark does not repeat it. */
function takeLoginError() {
  const url = new URL(location.href);
  const code = url.searchParams.get('login_error');
  url.searchParams.delete('login_error');
  if (code !== null) {
    history.replaceState(null, '', url);
  }

  return code;
}
