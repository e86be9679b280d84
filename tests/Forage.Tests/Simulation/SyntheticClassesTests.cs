using System.Text;
using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class SyntheticClassesTests
{
    [Fact]
    public void Examples_take_25_features_of_their_class_and_75_of_the_noise()
    {
        var source = new SyntheticClasses(50, seed: 3);
        var byClass = new Dictionary<int, HashSet<uint>>();
        var indices = new uint[100];
        long head = 0;
        for (int i = 0; i < 20_000; i++)
        {
            int label = source.Draw(i, indices);
            Assert.InRange(label, 0, 49);
            Assert.Equal(100, indices.Distinct().Count());
            Assert.All(indices, f => Assert.InRange(f, 0u, 49_999u));
            if (!byClass.TryGetValue(label, out var prototype)) byClass[label] = prototype = [];
            prototype.UnionWith(indices[..25]);
            foreach (uint f in indices.AsSpan(25)) head += f < 100 ? 1 : 0;
        }
        Assert.Equal(50, byClass.Count);
        Assert.All(byClass.Values, p => Assert.Equal(200, p.Count));
        // Of all draws by 1/f the first hundred have 45 %; they repeat and are drawn again, so fewer of the different ones.
        Assert.InRange(head / (75.0 * 20_000), 0.3, 0.44);
    }

    [Fact]
    public void An_example_depends_on_its_number_only()
    {
        var source = new SyntheticClasses(9, 1);
        SupervisedSet all = new(), part = new();
        source.AddTo(all, 0, 40);
        source.AddTo(part, 25, 10);
        Assert.Equal((9, 9), (all.LabelCount, part.LabelCount));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(all.Labels(25 + i)[0], part.Labels(i)[0]);
            Assert.Equal(Features(all, 25 + i), Features(part, i));
        }
        part.Clear();
        new SyntheticClasses(9, 2).AddTo(part, 0, 1);
        Assert.NotEqual(Features(all, 0), Features(part, 0));

        static uint[] Features(SupervisedSet set, int i)
        {
            var row = set.Rows[i];
            return row.Indices[row.Group(0).Start..row.Group(0).End].ToArray();
        }
    }

    [Fact]
    public void As_text_it_is_one_line_an_example()
    {
        var source = new SyntheticClasses(7, 1);
        var stream = new MemoryStream();
        source.WriteText(stream, 5, 3);
        string[] lines = Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        var indices = new uint[100];
        Assert.Equal($"{source.Draw(6, indices) + 1} |f {string.Join(' ', indices)}", lines[1]);
        Assert.Contains("1 class", Assert.Throws<ForageException>(() => new SyntheticClasses(1, 1)).Message);
    }
}
