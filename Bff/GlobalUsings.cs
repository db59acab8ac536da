// Two names of the framework that this program has no use for hide its own.
global using IdTokenValidator = Bff.Oidc.IdTokenValidator;
global using SessionOptions = Bff.Sessions.SessionOptions;
