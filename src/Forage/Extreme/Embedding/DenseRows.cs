using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Forage.Features;

namespace Forage.Extreme.Embedding;

/// <summary>
/// Reads dense vectors made elsewhere (by any encoder) as rows of features: number j of a vector is feature j; zeros are left out. Use them as they are with
/// <see cref="EncoderKind.Given"/>, or under a learnt layer with <see cref="EncoderKind.Sum"/>; in both cases with <see cref="FeatureColumns.Direct"/> columns.
/// </summary>
/// <remarks>Two formats, told apart by their first bytes: NumPy's .npy (versions 1 to 3, little-endian float32 or float64, shape (rows, numbers), C order), and text, a row a line, numbers
/// apart by blanks, tabs or commas.</remarks>
public static partial class DenseRows
{
    /// <summary>Reads all rows.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="dimension">Receives how many numbers each row has.</param>
    public static FeatureBlock Read(Stream stream, string name, out int dimension)
    {
        var buffered = new BufferedStream(stream, 1 << 16);
        int first = buffered.ReadByte(); // no text of numbers starts with NumPy's 0x93
        return first == 0x93 ? ReadNumPy(buffered, name, out dimension) : ReadText(buffered, first, name, out dimension);
    }

    private static FeatureBlock ReadNumPy(Stream stream, string name, out int dimension)
    {
        Span<byte> magic = stackalloc byte[5], version = stackalloc byte[2], length = stackalloc byte[4];
        Fill(stream, magic, name);
        if (!magic.SequenceEqual("NUMPY"u8)) throw new ForageException($"{name} is neither a .npy matrix nor text; expected one of them.");
        Fill(stream, version, name);
        length.Clear();
        Fill(stream, version[0] == 1 ? length[..2] : length, name);
        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (version[0] is < 1 or > 3 || headerLength > 1 << 20) throw new ForageException($"{name} has .npy version {version[0]} and a header of {headerLength} bytes; expected versions 1 to 3.");
        byte[] bytes = new byte[headerLength];
        Fill(stream, bytes, name);
        string header = Encoding.Latin1.GetString(bytes);
        var shape = Shape().Match(header);
        bool wide = header.Contains("'<f8'", StringComparison.Ordinal);
        if (!shape.Success || header.Contains("'fortran_order': True", StringComparison.Ordinal) || !(wide || header.Contains("'<f4'", StringComparison.Ordinal))
            || !int.TryParse(shape.Groups[1].Value, CultureInfo.InvariantCulture, out int rows) || !int.TryParse(shape.Groups[2].Value, CultureInfo.InvariantCulture, out dimension) || dimension < 1)
            throw new ForageException($"{name} has the header '{header.Trim()}'; expected a matrix '<f4' or '<f8' in C order.");
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        float[] row = new float[dimension];
        double[] wideRow = new double[wide ? dimension : 0];
        for (int r = 0; r < rows; r++)
        {
            Fill(stream, wide ? MemoryMarshal.AsBytes(wideRow.AsSpan()) : MemoryMarshal.AsBytes(row.AsSpan()), name);
            for (int j = 0; j < wideRow.Length; j++) row[j] = (float)wideRow[j];
            Add(writer, row, name, r);
        }
        return block;
    }

    private static FeatureBlock ReadText(Stream stream, int first, string name, out int dimension)
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        using var reader = new StreamReader(stream, Encoding.UTF8, false, 1 << 16);
        dimension = 0;
        float[] row = [];
        int lines = 0;
        string? line = first is -1 or '\n' ? "" : (char)first + reader.ReadLine();
        for (; line is not null; line = reader.ReadLine())
        {
            lines++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            int n = 0;
            foreach (var range in line.AsSpan().SplitAny(" \t,"))
            {
                var text = line.AsSpan(range);
                if (text.IsEmpty) continue;
                if (!float.TryParse(text, CultureInfo.InvariantCulture, out float value)) throw new ForageException($"Line {lines} of {name} has '{text}'; expected a number.");
                if (n == row.Length)
                {
                    if (dimension > 0) throw new ForageException($"Line {lines} of {name} has more than {dimension} numbers; expected as many as in the first.");
                    Array.Resize(ref row, Math.Max(64, 2 * n));
                }
                row[n++] = value;
            }
            if (dimension == 0) Array.Resize(ref row, dimension = n);
            if (n != dimension) throw new ForageException($"Line {lines} of {name} has {n} numbers; expected {dimension}, as in the first.");
            Add(writer, row, name, block.RowCount);
        }
        if (dimension == 0) throw new ForageException($"{name} holds no vectors; expected a .npy matrix or a row of numbers a line.");
        return block;
    }

    private static void Add(RowWriter writer, ReadOnlySpan<float> row, string name, int number)
    {
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        for (int j = 0; j < row.Length; j++)
        {
            if (!float.IsFinite(row[j])) throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"Row {number} of {name} has {row[j]} in place {j}; expected a number."));
            if (row[j] != 0) writer.Add((uint)j, row[j]);
        }
        writer.EndGroup();
        writer.EndRow();
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new ForageException($"{name} ends too early; expected as many rows as its header says.");
    }

    [GeneratedRegex(@"'shape':\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)")]
    private static partial Regex Shape();
}
