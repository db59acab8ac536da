// Swagger UI can be configured without this file, but only by functions in strings, which the page's
// Content-Security-Policy rightly forbids.
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
});
