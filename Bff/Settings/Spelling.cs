namespace Bff.Settings;

/// <summary>Whether a word is another one mistyped.</summary>
internal static class Spelling
{
    private const int Slips = 2;

    /// <summary>At most two letters added, left out or replaced, in words that share more than they differ; case does not count.</summary>
    public static bool IsNear(string word, string meant) =>
        Distance(word.ToUpperInvariant(), meant.ToUpperInvariant()) is var distance && distance <= Slips && distance < meant.Length - 1;

    /// <summary>Levenshtein's.</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j - 1], row[j]) + 1);
            }
        }
        return row[^1];
    }
}
