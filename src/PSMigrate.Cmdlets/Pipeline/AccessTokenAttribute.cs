using System.Management.Automation;
using System.Net;
using System.Security;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>Takes a token as a text, as a SecureString, or as the object of Get-AzAccessToken, which has it in its property Token.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AccessTokenAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var token = given is string or SecureString ? given : PSObject.AsPSObject(inputData).Properties["Token"]?.Value;
        token = token is PSObject inner ? inner.BaseObject : token;
        return token switch
        {
            string { Length: > 0 } text => text,
            SecureString { Length: > 0 } secure => new NetworkCredential("", secure).Password,
            _ => throw new ArgumentTransformationMetadataException("It is no token. Give a text, a SecureString, or what Get-AzAccessToken puts out."),
        };
    }
}
