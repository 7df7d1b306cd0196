package check

import "fmt"

// Rule is a right of a user of Kafka.
type Rule struct {
	Kind, Name, Pattern string
	Operations          []string
}

// Rules returns the rights of a KafkaUser.
func Rules(user Object) []Rule {
	var rules []Rule
	for _, acl := range list(user.Fields, "spec.authorization.acls") {
		r := Rule{Kind: text(acl, "resource.type"), Name: text(acl, "resource.name"), Pattern: text(acl, "resource.patternType")}
		for _, operation := range list(acl, "operations") {
			r.Operations = append(r.Operations, fmt.Sprint(operation))
		}
		rules = append(rules, r)
	}
	return rules
}

// TopicOf returns the settings of a KafkaTopic, with "partitions" and "replicas" among them.
func TopicOf(topic Object) map[string]string {
	settings := members(topic.Fields, "spec.config")
	settings["partitions"], settings["replicas"] = text(topic.Fields, "spec.partitions"), text(topic.Fields, "spec.replicas")
	return settings
}
