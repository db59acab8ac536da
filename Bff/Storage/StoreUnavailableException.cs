namespace Bff.Storage;

/// <summary>Redis was needed and did not do what it was asked, where its own exception could not say so.</summary>
internal sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
