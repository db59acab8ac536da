using System.Text;
using System.Text.RegularExpressions;
using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

[Row("SES-03", "SES-12")]
public sealed class SessionIdTests
{
    [Fact]
    public void Ten_thousand_ids_are_all_different()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => SessionId.Create()).ToArray();

        Assert.Equal(ids.Length, ids.Select(id => Convert.ToHexString(id.Reveal())).Distinct().Count());
        Assert.Equal(ids.Length, ids.Select(id => id.Name).Distinct().Count());
        Assert.All(ids, id => Assert.Equal(32, id.Reveal().Length));
        // Every byte takes every value: no prefix, no counter, no clock.
        for (var position = 0; position < 32; position++) Assert.Equal(256, ids.Select(id => id.Reveal()[position]).Distinct().Count());
    }

    [Fact]
    public void The_names_and_the_key_are_derived_from_the_secret_alone()
    {
        var id = SessionId.Create();
        var same = SessionId.From([.. id.Reveal()])!;

        Assert.Equal((id.Name, id.LogName), (same.Name, same.LogName));
        Assert.Equal(id.EncryptionKey.ToArray(), same.EncryptionKey.ToArray());
    }

    [Fact]
    public void One_bit_of_difference_makes_another_session()
    {
        var secret = SessionId.Create().Reveal();
        var other = (byte[])secret.Clone();
        other[31] ^= 1;

        Assert.NotEqual(SessionId.From(secret)!.Name, SessionId.From(other)!.Name);
        Assert.NotEqual(SessionId.From(secret)!.EncryptionKey.ToArray(), SessionId.From(other)!.EncryptionKey.ToArray());
    }

    [Fact]
    public void What_is_public_is_neither_the_secret_nor_the_key()
    {
        var id = SessionId.Create();

        Assert.Matches(new Regex("^[A-Za-z0-9_-]{22}$"), id.Name);
        Assert.Matches(new Regex("^[0-9a-f]{8}$"), id.LogName);
        Assert.Equal(32, id.EncryptionKey.ToArray().Length);
        Assert.NotEqual(id.Reveal(), id.EncryptionKey.ToArray());
        foreach (var secret in new[] { id.Reveal(), id.EncryptionKey.ToArray() })
        {
            Assert.DoesNotContain(id.Name, Convert.ToBase64String(secret).Replace('+', '-').Replace('/', '_'), StringComparison.Ordinal);
            Assert.DoesNotContain(id.LogName, Convert.ToHexStringLower(secret), StringComparison.Ordinal);
        }
    }

    /// <summary>A change here would sign everybody out at the next release.</summary>
    [Fact]
    public void The_derivation_stays_as_it_is()
    {
        var id = SessionId.From(Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"))!;

        Assert.Equal("C9DHckYpPYtQVqtB_IAhmQ", id.Name);
        Assert.Equal("6b296f4db4adf27eeb43f8fa909824fb3806c10ab1cc0dc644a3a9ea19902833", Convert.ToHexStringLower(id.EncryptionKey));
    }

    [Theory]
    [InlineData(0), InlineData(16), InlineData(31), InlineData(33), InlineData(64)]
    public void A_secret_of_another_length_is_none(int length) => Assert.Null(SessionId.From(new byte[length]));
}
