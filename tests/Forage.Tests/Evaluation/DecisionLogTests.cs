using Forage.Data;
using Forage.Evaluation;
using Forage.Features;
using Forage.OffPolicy;
using Forage.Tests.OffPolicy.Learning;

namespace Forage.Tests.Evaluation;

public class DecisionLogTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DecisionsComeBackAsTheyWere(bool actionFeatures)
    {
        var world = ContextWorld.Random(3, actionFeatures);
        var rng = new Rng(2);
        var given = new List<LoggedDecision>();
        var log = new DecisionLog();
        for (int i = 0; i < 9000; i++) // more than two chunks
        {
            var d = world.Draw(ref rng, 1 + i % 3) with { EventId = $"e{i}", Excluded = i % 7 == 0 ? [4] : [], PolicyVersion = "v" };
            given.Add(d);
            log.Add(d);
        }
        Assert.Equal(9000, log.Count);
        Assert.Equal(3, log.SlateLength);
        Assert.Equal(actionFeatures, log.HasActionFeatures);
        Assert.True(log.HasDistributions && log.HasPropensities);
        for (int i = 0; i < 9000; i += 611)
        {
            var d = given[i];
            var context = log.Context(i);
            Assert.Equal(d.Slate, log.Slate(i).ToArray());
            Assert.Equal(d.EventId, log.EventId(i));
            Assert.Equal(d.Distribution!, context.Logged.ToArray());
            Assert.Equal(d.Excluded, context.Excluded.ToArray());
            Assert.Equal(i, context.Number);
            Assert.Equal(d.HasActionFeatures, context.HasActionFeatures);
            for (int r = 0; r < d.Rows.RowCount; r++) Assert.Equal(Text(d.Rows[r]), Text(context.Rows[context.FirstRow + r]));
        }
    }

    [Fact]
    public void BatchesAndDecisionsGiveTheSame()
    {
        var world = ContextWorld.Random(3, true);
        var rng = new Rng(2);
        DecisionLog one = new(), two = new();
        var batch = new DecisionBatch();
        for (int i = 0; i < 50; i++)
        {
            var d = world.Draw(ref rng, 2);
            one.Add(d);
            int first = batch.Rows.RowCount;
            batch.Rows.Append(d.Rows, 0, d.Rows.RowCount);
            batch.Add(first, d.ActionCount, (LoggedAction[])d.Slate, default, (double[])d.Distribution!);
        }
        two.Add(batch);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(one.Slate(i).ToArray(), two.Slate(i).ToArray());
            Assert.Equal(Text(one.Context(i).Action(3)), Text(two.Context(i).Action(3)));
        }
    }

    [Fact]
    public void WhatHasNoOutcomeIsCountedAndLeftOut()
    {
        var world = ContextWorld.Random(3);
        var rng = new Rng(2);
        var log = new DecisionLog();
        log.Add(world.Draw(ref rng) with { Slate = [] });
        log.Add(world.Draw(ref rng) with { SkipLearn = true });
        var d = world.Draw(ref rng);
        log.Add(d with { Slate = [d.Slate[0] with { LogPropensity = double.NaN }], Distribution = null });
        Assert.Equal(1, log.Count);
        Assert.Equal(2, log.Unlabelled);
        Assert.False(log.HasPropensities);
        Assert.False(log.HasDistributions);
        log.FillDistributions(new UniformPolicy(), 2);
        Assert.True(log.HasDistributions);
        Assert.All(log.Context(0).Logged.ToArray(), p => Assert.Equal(0.2, p));
    }

    private static string Text(FeatureRow row)
    {
        var parts = new List<string>();
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            for (int k = group.Start; k < group.End; k++) parts.Add($"{(char)group.Namespace}{row.Indices[k]}:{row.Values[k]}");
        }
        return string.Join(' ', parts);
    }
}
