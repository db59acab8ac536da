namespace Bff.Storage;

/// <summary>Redis was needed and did not answer, where its own exception could not say so.</summary>
internal sealed class StoreUnavailableException(string message, Exception innerException) : Exception(message, innerException);
