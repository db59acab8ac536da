// A name of the framework that this program does not use hides its own.
global using SessionOptions = Bff.Sessions.SessionOptions;
