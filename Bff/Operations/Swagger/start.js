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
    // A fetch cannot go on to another origin; asked for JSON, /login says where it would redirect to.
    if (new URL(request.url, location).pathname === '/login') request.headers.accept = 'application/json';
    return request;
  },
});
