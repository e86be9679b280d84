namespace Forage.Data;

/// <summary>How JSON formats turn a string value <c>"name":"value"</c> into a feature index.</summary>
public enum StringHashing
{
    /// <summary>
    /// The index text gives to <c>name:value</c>: the value hashed with the name's index as seed. The same data then train the same model in text
    /// and in JSON. Vowpal Wabbit's <c>--chain_hash</c>.
    /// </summary>
    SameAsText,

    /// <summary>The index of the name <c>namevalue</c>. What Vowpal Wabbit does with JSON unless told otherwise.</summary>
    Concatenated,
}
