using System.Buffers.Binary;
using System.Text;
using Forage.Extreme.Embedding;
using Forage.Features;

namespace Forage.Tests.Extreme.Embedding;

public class DenseRowsTests
{
    private static readonly float[][] Rows = [[1.5f, 0, -2], [0, 0, 0], [3, 4, 5e-3f]];

    [Theory]
    [InlineData("<f4", 1)]
    [InlineData("<f8", 2)]
    public void Numpy_matrices_are_read(string type, byte version) => Check(DenseRows.Read(new MemoryStream(NumPy(type, version, "(3, 3)", "False")), "m.npy", out int d), d);

    [Theory]
    [InlineData("1.5 0 -2\n0 0 0\n3 4 5e-3")]
    [InlineData("\n1.5,0,-2\r\n\r\n 0\t0  0 \n3 4 0.005\n")]
    public void Text_is_read(string text) => Check(DenseRows.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "m.txt", out int d), d);

    [Theory]
    [InlineData("1 2\n3", "Line 2")]
    [InlineData("1 2\n3 4 5", "Line 2")]
    [InlineData("1 two\n", "two")]
    [InlineData("1 NaN\n", "NaN")]
    [InlineData(" \n", "no vectors")]
    [InlineData("", "no vectors")]
    public void Bad_text_is_named(string text, string said)
        => Assert.Contains(said, Assert.Throws<ForageException>(() => DenseRows.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "m.txt", out _)).Message);

    [Fact]
    public void Bad_matrices_are_named()
    {
        static void Fails(byte[] bytes, string said) => Assert.Contains(said, Assert.Throws<ForageException>(() => DenseRows.Read(new MemoryStream(bytes), "m.npy", out _)).Message);
        Fails(NumPy("<f4", 1, "(3, 3)", "True"), "C order");
        Fails(NumPy("<i4", 1, "(3, 3)", "False"), "<i4");
        Fails(NumPy("<f4", 1, "(9,)", "False"), "(9,)");
        Fails(NumPy("<f4", 1, "(4, 3)", "False"), "ends too early");
        Fails([0x93, 1, 2, 3, 4, 5, 6], "neither");
    }

    [Fact]
    public void Vectors_read_are_hidden_vectors()
    {
        var block = DenseRows.Read(new MemoryStream(NumPy("<f4", 1, "(3, 3)", "False")), "m.npy", out int d);
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = d, Encoder = EncoderKind.Given, Activation = Activation.None, Normalize = false }, FeatureColumns.Direct(d), 2);
        float[] hidden = new float[model.Width];
        for (int r = 0; r < 3; r++)
        {
            model.Encode(block[r], hidden);
            Assert.Equal(Rows[r], hidden[..3]);
        }
    }

    private static void Check(FeatureBlock block, int dimension)
    {
        Assert.Equal((3, 3), (block.RowCount, dimension));
        for (int r = 0; r < 3; r++)
        {
            float[] row = new float[3];
            for (int g = 0; g < block[r].GroupCount; g++)
                for (int i = block[r].Group(g).Start; i < block[r].Group(g).End; i++) row[block[r].Indices[i]] = block[r].Values[i];
            Assert.Equal(Rows[r], row);
        }
    }

    private static byte[] NumPy(string type, byte version, string shape, string fortran)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}".PadRight(100) + "\n";
        var bytes = new List<byte> { 0x93 };
        bytes.AddRange("NUMPY"u8);
        bytes.AddRange([version, 0]);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        bytes.AddRange(version == 1 ? length[..2] : length);
        bytes.AddRange(Encoding.Latin1.GetBytes(header));
        foreach (float x in Rows.SelectMany(r => r)) bytes.AddRange(type == "<f8" ? BitConverter.GetBytes((double)x) : BitConverter.GetBytes(x));
        return [.. bytes];
    }
}
