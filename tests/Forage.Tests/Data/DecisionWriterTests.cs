using System.Buffers;
using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.Data;

public class DecisionWriterTests
{
    [Fact]
    public void Dsjson_comes_back()
    {
        var (rng, batch) = (new Rng(41), new DecisionBatch());
        int written = 0, refused = 0;
        for (int i = 0; i < 1_500; i++)
        {
            var decision = RandomDecisions.Next(ref rng) with { RewardTime = null };
            if (i % 4 != 0) decision = decision with { Excluded = [], Importance = 1 };
            Load(batch, decision);
            var to = new ArrayBufferWriter<byte>();
            if (!DsjsonWriter.TryWrite(to, batch, 0, out string? reason))
            {
                Assert.NotNull(reason);
                refused++;
                continue;
            }
            written++;
            System.Text.Json.JsonDocument.Parse(to.WrittenMemory).Dispose();
            var back = new DecisionBatch();
            new DsjsonParser().Parse(to.WrittenSpan, back);
            Assert.Empty(back.Faults);
            var actual = back.ToLogged(0);
            Assert.Equal(decision.Importance, actual.Importance, 1e-6 * decision.Importance);
            for (int j = 0; j < decision.Slate.Count; j++)
            {
                Assert.Equal((decision.Slate[j].Action, decision.Slate[j].Reward), (actual.Slate[j].Action, actual.Slate[j].Reward));
                if (double.IsNaN(decision.Slate[j].LogPropensity)) Assert.True(double.IsNaN(actual.Slate[j].LogPropensity));
                else Assert.Equal(decision.Slate[j].LogPropensity, actual.Slate[j].LogPropensity, 1e-12);
            }
            // A distribution that contradicts the label's probability (these are random) is not believed.
            if (decision.Slate.Count == 0) Assert.Equal(decision.Distribution, actual.Distribution);
            RandomDecisions.Same(decision with { Importance = 1, Slate = [], Distribution = null }, actual with { Importance = 1, Slate = [], Distribution = null });
        }
        Assert.True(written > 200 && refused > 50, $"{written} written, {refused} refused");
    }

    [Fact]
    public void Vw_text_comes_back()
    {
        var (rng, batch) = (new Rng(42), new DecisionBatch());
        int written = 0, refused = 0;
        for (int i = 0; i < 1_500; i++)
        {
            var decision = RandomDecisions.Next(ref rng);
            if (i % 4 != 0) decision = decision with { Excluded = [] };
            Load(batch, decision);
            var to = new ArrayBufferWriter<byte>();
            if (!VwTextWriter.TryWrite(to, batch, 0, out string? reason))
            {
                Assert.NotNull(reason);
                refused++;
                continue;
            }
            written++;
            var back = new DecisionBatch();
            if (decision.HasActionFeatures) new VwActionsParser().Parse(to.WrittenSpan, back);
            else new VwDecisionParser(decision.ActionCount).Parse(to.WrittenSpan, back);
            Assert.Empty(back.Faults);
            var actual = back.ToLogged(0);
            Assert.Equal(decision.ActionCount, actual.ActionCount);
            Assert.Equal(decision.Slate.Count, actual.Slate.Count);
            for (int j = 0; j < decision.Slate.Count; j++)
            {
                Assert.Equal((decision.Slate[j].Action, (float)decision.Slate[j].Reward), (actual.Slate[j].Action, (float)actual.Slate[j].Reward));
                Assert.Equal(decision.Slate[j].LogPropensity, actual.Slate[j].LogPropensity, 1e-6);
            }
            Assert.Equal(decision.Rows.RowCount, actual.Rows.RowCount);
            for (int r = 0; r < decision.Rows.RowCount; r++) Assert.Equal(RandomDecisions.ByNamespace(decision.Rows[r]), RandomDecisions.ByNamespace(actual.Rows[r]));
        }
        Assert.True(written > 200 && refused > 200, $"{written} written, {refused} refused");
    }

    [Fact]
    public void Examples_come_back_from_vw_text()
    {
        var rng = new Rng(43);
        var to = new ArrayBufferWriter<byte>();
        var expected = new List<(SimpleLabel Label, SortedDictionary<byte, string> Row)>();
        while (expected.Count < 500)
        {
            var row = RandomDecisions.Next(ref rng).Rows[0];
            var label = expected.Count % 5 == 0 ? new SimpleLabel(float.NaN) : new SimpleLabel(SparseRowFormatTests.RandomFloat(ref rng), rng.NextInt(2) == 0 ? 1 : rng.NextInt(5) + 0.5f, rng.NextInt(2) == 0 ? 0 : 0.25f);
            if (VwTextWriter.TryWrite(to, label, row, expected.Count % 3 == 0 ? "a tag|"u8 : default, out _)) expected.Add((label, RandomDecisions.ByNamespace(row)));
        }
        var batch = new ExampleBatch();
        new VwTextParser().Parse(to.WrittenSpan, batch);
        Assert.Empty(batch.Faults);
        Assert.Equal(expected.Select(e => e.Label), batch.Labels.ToArray());
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Row, RandomDecisions.ByNamespace(batch.Rows[i]));
            Assert.Equal(i % 3 == 0 ? "a_tag_" : "", Encoding.UTF8.GetString(batch.Tag(i)));
        }
    }

    [Fact]
    public void Names_are_told_while_parsing()
    {
        const string record = """{"c":{"user":{"city":"New York","deep\u002d":{"x":[0,2]}},"t":true,"_text":"hi","_multi":[{"z":1,"y":0}]}}""";
        var names = new List<(uint Index, string Name)>();
        var collector = new Collector(names);
        var batch = new DecisionBatch();
        new DsjsonParser(names: collector).Parse(Encoding.UTF8.GetBytes(record), batch);
        Assert.Equal(["user^city=New_York", "x^1", "^t", "^hi", "^z"], names.Select(n => n.Name));
        var indices = SparseRowFormatTests.Indices(batch.Rows[1]);
        Assert.Equal(names.Select(n => n.Index).Order(), indices.Order());

        names.Clear();
        new CsvParser(CsvSchema.FromHeader("a,b,y"u8, new CsvOptions { NamespacePerColumn = true }), collector).Parse("1.5,p q,3\n"u8, new ExampleBatch());
        Assert.Equal(["a^a", "b^b=p q"], names.Select(n => n.Name));
    }

    private static void Load(DecisionBatch batch, LoggedDecision d)
    {
        batch.Clear();
        batch.Rows.Append(d.Rows, 0, d.Rows.RowCount);
        batch.Add(0, d.ActionCount, [.. d.Slate], [.. d.Excluded], [.. d.Distribution ?? []], Encoding.UTF8.GetBytes(d.EventId), Encoding.UTF8.GetBytes(d.PolicyVersion ?? ""), d.Time, d.RewardTime, d.SkipLearn, d.Importance);
    }

    private sealed class Collector(List<(uint, string)> to) : IFeatureNames
    {
        public void Add(uint index, ReadOnlySpan<byte> ns, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
            => to.Add((index, $"{Encoding.UTF8.GetString(ns)}^{Encoding.UTF8.GetString(name)}{(value.IsEmpty ? "" : "=" + Encoding.UTF8.GetString(value))}"));
    }
}
