// All that a single-page application needs in order to use the BFF. It never sees a token.

export const { bff } = await (await fetch('/config.json')).json();

/** Calls the BFF: with the session's cookie, and with the header that no other site can make a browser send. */
export const call = (path, options = {}) =>
  fetch(bff + path, { ...options, credentials: 'include', headers: { ...options.headers, 'X-CSRF': '1' } });

/** Leaves for the sign-in page; the person comes back to the path they are at now. */
export const signIn = () =>
  location.assign(`${bff}/login?returnUrl=${encodeURIComponent(location.pathname + location.search + location.hash)}`);
