// What the person sees. Text only ever goes in as text.

const $ = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: 'numeric', minute: '2-digit' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** What to do when the button of that name is pressed. */
export function on(name, action) {
  const button = [...document.querySelectorAll('button')].find((b) => b.textContent.trim() === name);
  button.addEventListener('click', async () => {
    button.ariaBusy = 'true';
    await action();
    button.ariaBusy = 'false';
  });
}

export const time = (iso) => clock.format(new Date(iso));

export const showPath = () => ($('path').textContent = location.pathname + location.search + location.hash);

export function showSignedOut() {
  clearResult();
  for (const id of ['email', 'sub', 'groups', 'scope']) {
    $(id).textContent = '';
  }

  show('signed-out');
}

export function showSession({ sub, claims, session, accessToken }) {
  $('email').textContent = claims.email ?? claims.name ?? sub;
  $('sub').textContent = sub;
  $('groups').textContent = claims['cognito:groups']?.join(', ') ?? '';
  $('groups').parentElement.hidden = !claims['cognito:groups'];
  $('scope').textContent = accessToken.scope;
  $('renewable').hidden = !accessToken.renewable;
  showTime('idle-expires', session.idleExpiresAt);
  showTime('session-expires', session.expiresAt);
  showTime('token-expires', accessToken.expiresAt);
  show('signed-in');
}

export function showResult(answer) {
  $('answer').textContent = readable(answer);
  $('result').hidden = false;
  $('result').scrollIntoView({ block: 'nearest' });
  notify('The API answered.', 'good');
}

export function clearResult() {
  $('result').hidden = true;
  $('answer').textContent = '';
}

/** `kind` is good, waiting or error. */
export function notify(text, kind) {
  $('notice').textContent = text;
  $('notice').dataset.kind = kind;
}

/** Without a kind, whatever it says. */
export const clearNotice = (kind = $('notice').dataset.kind) => $('notice').dataset.kind === kind && notify('', '');

/** JSON with a line for each member, but a list on one line. */
const readable = (answer) =>
  JSON.stringify(answer, null, 2).replace(/\[\n([^\]]*)\]/g, (_, items) => `[${items.trim().replace(/\s*\n\s*/g, ' ')}]`);

/** Shows one of the views, with the notice in it; where it takes another's place, the focus goes to its heading. */
function show(view) {
  const before = ['loading', 'signed-out', 'signed-in'].find((id) => !$(id).hidden);
  if (before === view) {
    return;
  }

  $(before).hidden = true;
  $(view).hidden = false;
  $(view).querySelector('.notice-place').append($('notice'));
  document.title = view === 'signed-in' ? 'Signed in · Bff.Local' : 'Bff.Local';
  if (before !== 'loading') {
    $(view).querySelector('h1').focus();
  }
}

function showTime(id, iso) {
  $(id).dateTime = iso;
  $(id).title = iso;
  describeTime($(id));
}

function describeTime(element) {
  const minutes = Math.round((new Date(element.dateTime) - Date.now()) / 60_000);
  const distance = Math.abs(minutes) < 90 ? relative.format(minutes, 'minute') : relative.format(Math.round(minutes / 60), 'hour');
  element.textContent = `${distance} (${time(element.dateTime)})`;
}

setInterval(() => document.querySelectorAll('time[datetime]').forEach(describeTime), 15_000);
