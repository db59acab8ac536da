using System.Reflection;
using System.Text.RegularExpressions;
using FluentValidation;

namespace Bff.Settings;

/// <summary>
/// Reads the sections of the configuration into their options and collects every fault of all of them:
/// values of the wrong kind, keys that are no setting, and what the section's validator finds.
/// </summary>
internal sealed partial class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> faults = [];

    /// <summary>What is wrong with the sections that were read.</summary>
    public IReadOnlyList<string> Faults => faults;

    public T Read<T>(string sectionName, IValidator<T> validator) where T : new()
    {
        var options = new T();
        var section = configuration.GetSection(sectionName);
        var properties = typeof(T).GetProperties().Where(property => property.CanWrite).ToArray();
        var unread = new HashSet<string>(StringComparer.Ordinal);

        foreach (var property in properties)
        {
            if (!TryBind(section.GetSection(property.Name), property, options)) unread.Add(property.Name);
        }
        foreach (var child in section.GetChildren())
        {
            if (!properties.Any(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
            {
                faults.Add($"{child.Path} is not a setting. Those of {sectionName} are "
                    + $"{string.Join(", ", properties.Select(property => property.Name))}.");
            }
        }
        // A value that could not be read has its fault already; a second one about its default would mislead.
        faults.AddRange(validator.Validate(options).Errors.Where(error => !unread.Contains(error.PropertyName.Split('[')[0]))
            .Select(error => error.ErrorMessage));
        return options;
    }

    public void Add(IEnumerable<string> more) => faults.AddRange(more);

    private bool TryBind(IConfigurationSection section, PropertyInfo property, object options)
    {
        // Empty is how a compose file's ${NAME:-} says "not set".
        if (!section.Exists() || section.Value == "") return true;

        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        try
        {
            if (type == typeof(TimeSpan) && !Time().IsMatch(section.Value ?? "")) throw new InvalidOperationException();
            if (type.IsEnum && !Enum.GetNames(type).Contains(section.Value, StringComparer.OrdinalIgnoreCase))
                throw new InvalidOperationException();
            var value = section.Get(property.PropertyType);
            if (value is not null) property.SetValue(options, value);
            return true;
        }
        catch (InvalidOperationException)
        {
            faults.Add($"{section.Path} is '{section.Value}', which is {Expected(type)}.");
            return false;
        }
    }

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => "not a time: write hh:mm:ss or d.hh:mm:ss, for example 00:15:00, or 1.00:00:00 for 24 hours",
        _ when type == typeof(bool) => "neither true nor false",
        _ when type == typeof(int) => "not a whole number",
        _ when type.IsEnum => "none of " + string.Join(", ", Enum.GetNames(type)),
        _ => $"not of the expected kind ({type.Name})",
    };

    // TimeSpan.Parse reads 15 as fifteen days and 24:00:00 as twenty-four days.
    [GeneratedRegex(@"^-?(\d+\.)?([01]?\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?\z")]
    private static partial Regex Time();
}
