namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>Rows must be saved, and the table for them cannot be made in the transaction that found that out. Never seen outside the undo.</summary>
internal sealed class RoomNeededException() : Exception("Rows must be saved for which there is no table yet.");
