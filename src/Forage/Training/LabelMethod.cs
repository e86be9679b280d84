namespace Forage.Training;

/// <summary>How sets of labels are learnt.</summary>
public enum LabelMethod
{
    /// <summary>One against all, online: each label by itself.</summary>
    Oaa,

    /// <summary>A label tree, in memory: for many labels.</summary>
    Tree,
}
