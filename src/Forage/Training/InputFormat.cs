namespace Forage.Training;

/// <summary>Formats examples are read from.</summary>
public enum InputFormat
{
    /// <summary>Vowpal Wabbit's text.</summary>
    Vw,

    /// <summary>svmlight, one label a line.</summary>
    Svmlight,
}

/// <summary>Names of formats and telling them from file names and contents.</summary>
public static class InputFormats
{
    /// <summary>The format a name stands for, as in <c>--format svmlight</c>; null if there is none.</summary>
    public static InputFormat? Parse(string name) => name.ToLowerInvariant() switch
    {
        "vw" => InputFormat.Vw,
        "svmlight" or "svm" or "libsvm" => InputFormat.Svmlight,
        _ => null,
    };

    /// <summary>Names to choose from.</summary>
    public static IReadOnlyList<string> Names { get; } = ["vw", "svmlight"];

    /// <summary>The format a file's extension stands for (a final .gz left out); null if it stands for none.</summary>
    public static InputFormat? OfPath(string path)
    {
        string name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".vw" => InputFormat.Vw,
            ".svm" or ".svmlight" or ".libsvm" => InputFormat.Svmlight,
            _ => null,
        };
    }

    /// <summary>The format the first lines of a text look like; null if they look like none.</summary>
    /// <param name="text">The beginning of the text, at least its first line unless that is very long.</param>
    public static InputFormat? OfContent(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            line = line.Trim(" \t\r"u8);
            if (line.IsEmpty || line[0] == (byte)'#') continue;
            if (line.Contains((byte)'|')) return InputFormat.Vw;
            int blank = line.IndexOf((byte)' ');
            if (blank > 0 && line[..blank].IndexOfAnyExcept("0123456789+-.eE"u8) < 0 && line[blank..].IndexOfAnyExceptInRange((byte)' ', (byte)':') < 0 && line.Contains((byte)':'))
                return InputFormat.Svmlight;
            return null;
        }
        return null;
    }
}
