using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Bff.Local.UserPool.Pages;

/// <summary>Markup. Whatever is interpolated into it is encoded, unless it is markup itself.</summary>
internal readonly record struct Html(string Markup)
{
    public static readonly Html Nothing = new("");

    public static Html Of(ref Template template) => new(template.ToString());

    public static Html When(bool condition, ref Template template) => condition ? Of(ref template) : Nothing;

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> render) => new(string.Concat(items.Select(item => render(item).Markup)));

    [InterpolatedStringHandler]
    public readonly ref struct Template(int literalLength, int formattedCount)
    {
        private readonly StringBuilder text = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => text.Append(literal);

        public void AppendFormatted(Html markup) => text.Append(markup.Markup);

        public void AppendFormatted<T>(T value) => text.Append(HtmlEncoder.Default.Encode(value?.ToString() ?? ""));

        public override string ToString() => text.ToString();
    }
}
