// Otherwise the name means a type of the framework that this program does not use.
global using SessionOptions = Bff.Sessions.SessionOptions;
