using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

/// <summary>What must hold of every batch whatever text it was filled from.</summary>
internal static class BatchInvariants
{
    public static void Check(RecordBatch batch)
    {
        long previous = 0;
        foreach (var fault in batch.Faults)
        {
            Assert.InRange(fault.Line, Math.Max(previous, 1), batch.Lines);
            Assert.True(fault.Column >= 1, "column");
            Assert.False(string.IsNullOrWhiteSpace(fault.Message));
            previous = fault.Line;
        }
        CheckRows(batch.Rows);
        switch (batch)
        {
            case ExampleBatch examples:
                Assert.Equal(examples.Count, examples.Rows.RowCount);
                for (int i = 0; i < examples.Count; i++)
                {
                    Assert.False(float.IsInfinity(examples.Labels[i].Value));
                    Assert.True(examples.Labels[i].Importance >= 0 && float.IsFinite(examples.Labels[i].Importance));
                    Assert.True(float.IsFinite(examples.Labels[i].Base));
                    _ = examples.Tag(i).Length;
                }
                break;
            case MultilabelBatch multilabel:
                Assert.Equal(multilabel.Count, multilabel.Rows.RowCount);
                for (int i = 0; i < multilabel.Count; i++)
                {
                    var labels = multilabel.Labels(i);
                    for (int j = 0; j < labels.Length; j++) Assert.True(labels[j] >= 0 && (j == 0 || labels[j] > labels[j - 1]));
                }
                break;
            case ColumnBatch columns:
                int tokens = 0;
                for (int i = 0; i < columns.Count; i++)
                {
                    Assert.True(columns.Tokens(i) > 0);
                    tokens += columns.Tokens(i);
                    for (int t = 0; t < columns.Tokens(i); t++)
                    {
                        Assert.Equal(columns.Columns(i, 0), columns.Columns(i, t));
                        for (int c = 0; c < columns.Columns(i, t); c++) Assert.True(columns[i, t, c].Length > 0);
                    }
                }
                Assert.Equal(columns.TokenCount, tokens);
                break;
            case DecisionBatch decisions:
                CheckDecisions(decisions);
                break;
        }
    }

    public static void CheckRows(FeatureBlock rows)
    {
        for (int r = 0; r < rows.RowCount; r++)
        {
            var row = rows[r];
            for (int g = 0; g < row.Groups.Length; g++)
            {
                var group = row.Group(g);
                Assert.True(group.Start >= 0 && group.Start < group.End && group.End <= rows.FeatureCount, "group extent");
                for (int i = group.Start; i < group.End; i++) Assert.True(float.IsFinite(row.Values[i]) && row.Values[i] != 0, "value");
            }
        }
    }

    private static void CheckDecisions(DecisionBatch batch)
    {
        int rows = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            var d = batch[i];
            Assert.Equal(rows, d.FirstRow);
            Assert.True(d.ActionCount >= 1);
            Assert.True(d.RowCount == 1 || d.RowCount == 1 + d.ActionCount);
            rows += d.RowCount;
            foreach (var a in batch.Slate(i))
            {
                Assert.InRange(a.Action, 0, d.ActionCount - 1);
                Assert.True(double.IsNaN(a.LogPropensity) || (a.LogPropensity <= 0 && double.IsFinite(a.LogPropensity)), "propensity");
                Assert.True(double.IsFinite(a.Reward));
            }
            for (int j = 0; j < batch.Slate(i).Length; j++)
                for (int k = 0; k < j; k++) Assert.NotEqual(batch.Slate(i)[k].Action, batch.Slate(i)[j].Action);
            foreach (int e in batch.Excluded(i)) Assert.InRange(e, 0, d.ActionCount - 1);
            _ = batch.EventId(i).Length + batch.PolicyVersion(i).Length;
        }
        Assert.Equal(rows, batch.Rows.RowCount);
    }
}
