using System.Security.Cryptography;
using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

[Row("SES-12", "SES-13")]
public sealed class SealedBoxTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private sealed record Secret(string Text);

    private sealed record OtherVersion(string Name);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(16), InlineData(20_000)]
    public void A_sealed_value_opens(int length)
    {
        var text = new string('x', length);

        Assert.Equal(text, Open(SealedBox.Seal(Key, "place", new Secret(text))));
    }

    [Fact]
    public void A_change_of_any_byte_is_noticed()
    {
        var box = SealedBox.Seal(Key, "place", new Secret("the tokens"));
        for (var position = 0; position < box.Length; position++)
        {
            foreach (var bit in new[] { 1, 128 })
            {
                var changed = (byte[])box.Clone();
                changed[position] ^= (byte)bit;
                Assert.True(Open(changed) is null, $"byte {position}");
            }
        }
    }

    [Fact]
    public void A_box_of_any_other_length_does_not_open()
    {
        var box = SealedBox.Seal(Key, "place", new Secret("the tokens"));

        for (var length = 0; length < box.Length; length++) Assert.Null(Open(box[..length]));
        Assert.Null(Open([.. box, 0]));
        Assert.Null(Open(null));
    }

    [Fact]
    public void Another_key_or_another_context_does_not_open_it()
    {
        var box = SealedBox.Seal(Key, "place", new Secret("the tokens"));

        Assert.Null(SealedBox.Open<Secret>(RandomNumberGenerator.GetBytes(32), "place", box));
        Assert.Null(SealedBox.Open<Secret>(Key, "other", box));
        Assert.Null(SealedBox.Open<Secret>(Key, "", box));
    }

    [Fact]
    public void A_record_of_another_version_does_not_open() =>
        Assert.Null(Open(SealedBox.Seal(Key, "place", new OtherVersion("the tokens"))));

    [Fact]
    public void The_same_value_is_sealed_differently_each_time()
    {
        var boxes = Enumerable.Range(0, 1000).Select(_ => SealedBox.Seal(Key, "place", new Secret("the tokens"))).ToArray();

        Assert.Equal(1000, boxes.Select(box => Convert.ToHexString(box.AsSpan(1, 12))).Distinct().Count());
        Assert.All(boxes, box => Assert.Equal(-1, box.AsSpan().IndexOf("tokens"u8)));
    }

    private static string? Open(byte[]? box) => SealedBox.Open<Secret>(Key, "place", box)?.Text;
}
