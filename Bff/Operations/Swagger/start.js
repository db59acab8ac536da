// Swagger UI can be configured without this file, but only by functions in strings, which the page's
// Content-Security-Policy rightly forbids.
const notice = document.getElementById('notice');

const loginErrors = new Map([
  ['access_denied', 'it was cancelled, or the identity provider refused it'],
  ['login_failed', 'the log of the BFF says why'],
  ['login_required', 'the identity provider has to ask for something first; sign in without prompt=none'],
  ['provider_unavailable', 'the identity provider cannot be used at present; if it lasts, contact support'],
]);

const address = new URL(location);
const loginError = address.searchParams.get('login_error');
if (loginError !== null) {
  notice.textContent = `The sign-in did not work: ${loginErrors.get(loginError) ?? 'try again'}.`;
  address.searchParams.delete('login_error');
  history.replaceState(history.state, '', address);
}

// Swagger UI opens links of the description in a new tab; after a sign-in this one would still show that no user is signed in.
document.addEventListener('click', ({ target }) => target.closest('a[href^="/login"]')?.removeAttribute('target'));

SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#swagger-ui',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  requestInterceptor: (request) => {
    request.headers['X-CSRF'] = '1';
    const url = new URL(request.url, location);
    // A fetch cannot go on to another origin; asked for JSON, /login says where it would redirect to.
    if (url.pathname === '/login') request.headers.accept = 'application/json';
    // The slashes of the API's path, which Swagger UI encodes as it does for any parameter.
    if (url.pathname.startsWith('/api/')) {
      url.pathname = url.pathname.replace(/%2f/gi, '/');
      request.url = url.href;
    }
    return request;
  },
  responseInterceptor: (response) => {
    if (response.ok && new URL(response.url, location).pathname === '/logout') {
      const link = document.createElement('a');
      [link.href, link.textContent] = [response.body.logoutUrl, 'Sign out at the identity provider too'];
      const condition = `It returns to this page if ${location.origin}/swagger/ is registered there as a sign-out URL.`;
      notice.replaceChildren('Signed out here. ', link, '. ', condition);
    }
    return response;
  },
});
