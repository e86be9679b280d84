namespace Forage.Training;

/// <summary>Formats examples are read from.</summary>
public enum InputFormat
{
    /// <summary>Vowpal Wabbit's text.</summary>
    Vw,

    /// <summary>svmlight: one label a line, or several separated by commas for the task multilabel.</summary>
    Svmlight,

    /// <summary>Examples as JSON objects, one a line.</summary>
    Json,

    /// <summary>Columns separated by commas, semicolons, tabs or bars, with a header.</summary>
    Csv,

    /// <summary>Extreme Classification Repository: a line of sizes, then rows with sets of labels.</summary>
    Xmc,
}

/// <summary>Names of formats and telling them from file names and contents.</summary>
public static class InputFormats
{
    /// <summary>The format a name stands for, as in <c>--format svmlight</c>; null if there is none.</summary>
    public static InputFormat? Parse(string name) => name.ToLowerInvariant() switch
    {
        "vw" => InputFormat.Vw,
        "svmlight" or "svm" or "libsvm" => InputFormat.Svmlight,
        "json" => InputFormat.Json,
        "csv" or "tsv" => InputFormat.Csv,
        "xmc" => InputFormat.Xmc,
        _ => null,
    };

    /// <summary>Names to choose from.</summary>
    public static IReadOnlyList<string> Names { get; } = ["vw", "svmlight", "json", "csv", "xmc"];

    /// <summary>The name of a format.</summary>
    public static string NameOf(InputFormat format) => format.ToString().ToLowerInvariant();

    /// <summary>The format a file's extension stands for (a final .gz left out); null if it stands for none.</summary>
    public static InputFormat? OfPath(string path)
    {
        string name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".vw" => InputFormat.Vw,
            ".svm" or ".svmlight" or ".libsvm" => InputFormat.Svmlight,
            ".json" or ".jsonl" => InputFormat.Json,
            ".csv" or ".tsv" => InputFormat.Csv,
            ".xmc" => InputFormat.Xmc,
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
            if (line[0] == (byte)'{') return InputFormat.Json;
            if (line.Contains((byte)'|')) return InputFormat.Vw;
            if (LooksLikeXmcHeader(line)) return InputFormat.Xmc;
            return LooksLikeSvmlight(line) ? InputFormat.Svmlight : null;
        }
        return null;
    }

    private static bool LooksLikeSvmlight(ReadOnlySpan<byte> line)
    {
        int blank = line.IndexOf((byte)' ');
        return blank > 0 && line[..blank].IndexOfAnyExcept("0123456789+-.eE,"u8) < 0 && line.Contains((byte)':') && line[blank..].IndexOfAnyExceptInRange((byte)' ', (byte)':') < 0;
    }

    private static bool LooksLikeXmcHeader(ReadOnlySpan<byte> line)
    {
        int words = 0;
        foreach (var range in line.Split((byte)' '))
        {
            if (line[range].IsEmpty || line[range].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
            words++;
        }
        return words == 3;
    }
}
