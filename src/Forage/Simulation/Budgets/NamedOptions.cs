using System.Globalization;

namespace Forage.Simulation.Budgets;

/// <summary>A name with options as people type them: <c>ads:kinds=4,share=0.6</c>. Every option asked for is taken; what is left over is a mistake.</summary>
internal sealed class NamedOptions
{
    private readonly string _text;
    private readonly Dictionary<string, double> _given = [];
    private readonly List<string> _known = [];

    public NamedOptions(string text)
    {
        int colon = text.IndexOf(':');
        (_text, Name) = (text, colon < 0 ? text : text[..colon]);
        if (colon < 0) return;
        foreach (string part in text[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=');
            if (equals < 0 || !double.TryParse(part[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                throw new ForageException($"The option '{part}' in '{text}' has no number; expected one, as in kinds=4.");
            if (!_given.TryAdd(part[..equals], value)) throw new ForageException($"The option '{part[..equals]}' comes twice in '{text}'.");
        }
    }

    /// <summary>What stands before the colon.</summary>
    public string Name { get; }

    /// <summary>A number.</summary>
    public double Number(string option, double otherwise)
    {
        _known.Add(option);
        return _given.TryGetValue(option, out double value) ? value : otherwise;
    }

    /// <summary>A number, or null if it was not given.</summary>
    public double? Number(string option)
    {
        _known.Add(option);
        return _given.TryGetValue(option, out double value) ? value : null;
    }

    /// <summary>A whole number in a range.</summary>
    public int Whole(string option, int otherwise, int least, int most)
    {
        double value = Number(option, otherwise);
        return value == Math.Floor(value) && value >= least && value <= most ? (int)value
            : throw new ForageException(FormattableString.Invariant($"The option '{option}={value}' in '{_text}' is out of range; expected a whole number from {least} to {most}."));
    }

    /// <summary>Refuses what was given and not asked for.</summary>
    public void Done()
    {
        foreach (string option in _given.Keys)
            if (!_known.Contains(option))
                throw new ForageException($"The option '{option}' in '{_text}' is not known; expected {(_known.Count == 0 ? "none" : "one of " + string.Join(", ", _known))}.");
    }
}
