import { call, signIn } from './bff.js';
import { clearNotice, clearResult, isSignedIn, notify, on, showPath, showResult, showSession, showSignedOut } from './view.js';

const loginErrors = {
  access_denied: 'The sign-in was cancelled.',
  login_expired: 'The sign-in took too long. Please try again.',
  login_failed: 'The sign-in did not work. Please try again.',
  provider_unavailable: 'The sign-in page is temporarily unavailable. Please try again in a moment.',
  store_unavailable: 'Signing in is temporarily unavailable. Please try again in a moment.',
};

// The browser may bring back the page as it was before the sign-out.
addEventListener('pageshow', (event) => event.persisted && ask('/me', {}, showSession));

let retry;

on('Sign in', signIn);
on('Call the API', () => ask('/api/hello', {}, showResult));
on('Refresh', () => ask('/refresh', { method: 'POST' }, refreshed));
on('Sign out', () => ask('/logout', { method: 'POST' }, ({ logoutUrl }) => location.assign(logoutUrl)));

const loginError = takeLoginError();
showPath();
await ask('/me', {}, showSession);
if (loginError) {
  notify(loginErrors[loginError] ?? 'The sign-in did not work. Please try again.', 'error');
}

function refreshed(me) {
  clearResult();
  showSession(me);
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
function ended() {
  clearNotice();
  if (isSignedIn()) {
    notify('Your session has ended.', 'waiting');
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
