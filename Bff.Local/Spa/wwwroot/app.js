import { call, signIn, signOut, start } from './bff.js';
import { clearNotice, clearResult, notify, on, showPath, showResult, showSession, showSignedOut, time } from './view.js';

const loginErrors = new Map([
  ['access_denied', 'The sign-in was cancelled.'],
  ['login_expired', 'The sign-in took too long. Please try again.'],
  ['login_required', 'Please sign in.'],
  ['provider_unavailable', 'The sign-in page cannot be used at present. Please try again. If it lasts, contact support.'],
]);

const endReasons = new Map([
  ['signed_out', 'You signed out in another tab.'],
  ['ended_elsewhere', 'You ended this session from another device.'],
  ['revoked', 'Your sessions were ended by an administrator.'],
  ['provider_logout', 'You signed out of the user pool.'],
]);

let retry;

on('Sign in', signIn);
on('Call the API', () => attempt(() => ask('/api/hello', {}, showResult)));
on('Refresh', () => attempt(() => ask('/refresh', { method: 'POST' }, refreshed)));
on('Sign out', () => attempt(signOut));

showPath();
const response = await fetch('/config.json');
start((await response.json()).bff, {
  signedIn: showSession,
  signedOut: (reason) => {
    clearTimeout(retry);
    showSignedOut();
    notify(reason && (endReasons.get(reason) ?? 'Your session has ended.'), 'waiting');
  },
  loginFailed: (code) => (showPath(), notify(loginErrors.get(code) ?? 'The sign-in did not work. Please try again.', 'error')),
  expiring: ({ expiresAt, ifUnused }) => {
    const remedy = ifUnused ? ' unless you use it: press Refresh to stay' : '. You will have to sign in again';
    notify(`Your session ends at ${time(expiresAt)}${remedy}.`, 'waiting');
  },
  message: (text) => (text ? notify(text, 'waiting') : clearNotice('waiting')),
});

async function ask(path, options, done) {
  const response = await call(path, options);
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(`That did not work: ${answer?.title ?? 'an error'} (${answer?.code ?? response.status}).`);
  clearNotice();
  done(answer);
}

/** What is only temporary keeps the view, says so, and is tried again: none of the actions does harm when it is done twice. */
async function attempt(action) {
  clearTimeout(retry);
  try {
    await action();
  } catch ({ message, seconds }) {
    notify(seconds ? `${message}. Trying again in ${seconds} s.` : message, seconds ? 'waiting' : 'error');
    if (seconds) retry = setTimeout(attempt, seconds * 1000, action);
  }
}

function refreshed(me) {
  clearResult();
  showSession(me);
  notify('The session is refreshed.', 'good');
}
