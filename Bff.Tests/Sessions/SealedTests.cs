using System.Security.Cryptography;
using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

[Row("SES-12", "SES-13")]
public sealed class SealedTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(16), InlineData(20_000)]
    public void What_was_closed_opens(int length)
    {
        var text = RandomNumberGenerator.GetBytes(length);

        Assert.Equal(text, Sealed.Open(Key, Sealed.Close(Key, text, "place"u8), "place"u8));
    }

    [Fact]
    public void A_change_of_any_byte_is_noticed()
    {
        var box = Sealed.Close(Key, "the tokens"u8, "place"u8);
        for (var position = 0; position < box.Length; position++)
        {
            foreach (var bit in new[] { 1, 128 })
            {
                var changed = (byte[])box.Clone();
                changed[position] ^= (byte)bit;
                Assert.True(Sealed.Open(Key, changed, "place"u8) is null, $"byte {position}");
            }
        }
    }

    [Fact]
    public void A_box_of_any_other_length_does_not_open()
    {
        var box = Sealed.Close(Key, "the tokens"u8, "place"u8);

        for (var length = 0; length < box.Length; length++) Assert.Null(Sealed.Open(Key, box.AsSpan(0, length), "place"u8));
        Assert.Null(Sealed.Open(Key, [.. box, 0], "place"u8));
    }

    [Fact]
    public void Neither_another_key_nor_another_place_opens_it()
    {
        var box = Sealed.Close(Key, "the tokens"u8, "place"u8);

        Assert.Null(Sealed.Open(RandomNumberGenerator.GetBytes(32), box, "place"u8));
        Assert.Null(Sealed.Open(Key, box, "other"u8));
        Assert.Null(Sealed.Open(Key, box, ""u8));
    }

    [Fact]
    public void The_same_text_is_closed_differently_each_time()
    {
        var boxes = Enumerable.Range(0, 1000).Select(_ => Sealed.Close(Key, "the tokens"u8, "place"u8)).ToArray();

        Assert.Equal(1000, boxes.Select(box => Convert.ToHexString(box.AsSpan(1, 12))).Distinct().Count());
        Assert.All(boxes, box => Assert.Equal(-1, box.AsSpan().IndexOf("tokens"u8)));
    }
}
