// Package directory is the core of the directory service: who the users are. It owns their profiles, the truth about
// their email addresses, their type, whether they are active, their subscription exemptions, their custom properties,
// and the verification requests whose codes it has mailed to them.
//
// How somebody signs in is identity's, what they pay is billing's; both tell directory by events, which arrive here as
// [Service.FollowAccount] and [Service.FollowSubscription].
//
// # Versions
//
// Every change of a user raises [User.Version] by one and publishes the user's whole state in the same transaction.
// [User.AccessVersion] is the newest version that identity has to act on. A change that only reports what directory
// has followed raises Version and leaves AccessVersion, or two services would answer each other for ever.
//
// # Types
//
// A user's type follows from what they pay: billing says whether a subscription gives access, and an exemption counts
// as access while it lasts. An administrator stays one, and a type that an administrator sets by hand stands until
// access next begins or ends.
package directory
