"""What invokes functions on AWS other than HTTP: queues and schedules."""
